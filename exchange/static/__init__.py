"""What a browser loads: the softphone (plain ES modules, used by the console's desk too) and the phone's page."""

"""Callbacks: promises to call people back, from being asked for to kept or given up."""

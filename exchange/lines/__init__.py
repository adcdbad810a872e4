"""The place of the far ends: the browser phone, the scripted caller, the agents' clients."""

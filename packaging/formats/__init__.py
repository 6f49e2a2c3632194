"""What a folder made by PyInstaller is handed over in, one file a format."""

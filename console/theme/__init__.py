"""How the console looks: tokens, theme, fonts and icons."""

"""What reaches a person who is not looking: notifications, the tray, announcements, starting at log-in."""

"""The screens of the window and the frame around them."""

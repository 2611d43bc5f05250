"""What the pages show: one function per screen, each within the viewer's wall, each a few queries whatever the size of the desk."""

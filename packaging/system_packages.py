"""Makes sure that system libraries and programs are there: installs them on Debian and Ubuntu, or says how."""

from __future__ import annotations

import shutil

from environment import CannotSetUp, load_system_libraries, say

# Program the tests start -> Debian and Ubuntu package that holds it.
TEST_PROGRAMS: dict[str, str] = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "gnome-keyring-daemon": "gnome-keyring",
    "/usr/libexec/gcr-prompter": "gcr",
    "secret-tool": "libsecret-tools",
    "dbus-run-session": "dbus",
    "dbus-launch": "dbus-x11",
    "xdotool": "xdotool",
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
    "dunst": "dunst",
    "trayer": "trayer",
}


def ensure_window_libraries() -> None:
    """Before a window is opened: Qt's system libraries, or a sentence with the command that installs them."""
    libraries = load_system_libraries()
    if not libraries.has_display():
        return  # without a display the program works without a window and needs none of them
    missing = libraries.missing_libraries(libraries.libraries_for_window())
    if not missing:
        return
    packages = libraries.missing_packages(libraries.libraries_for_window())
    if not libraries.is_debian():
        say(f"These system libraries were not found and the window may not open: {', '.join(missing)}.")
        return
    _install(packages, "The window needs system libraries that are missing")


def ensure_test_programs() -> None:
    """Before the tests: Qt's libraries and the programs the tests start; without them those tests skip and say so."""
    libraries = load_system_libraries()
    if not libraries.is_debian():
        return
    packages = libraries.missing_packages(libraries.libraries_for_window())
    packages += [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
    if not packages:
        return
    try:
        _install(list(dict.fromkeys(packages)), "The tests use system packages that are missing")
    except CannotSetUp as reason:
        say(f"{reason} Going on without: tests that need them are skipped and say so.")


def _install(packages: list[str], why: str) -> None:
    libraries = load_system_libraries()
    command = libraries.install_command(packages)
    if not libraries.may_install():
        raise CannotSetUp(f"{why}. Install them with: {command}")
    say(f"{why}; installing: {' '.join(packages)}")
    if not libraries.install_packages(packages):
        raise CannotSetUp(f"{why}, and installing them failed; the reason is printed above. Try: {command}")

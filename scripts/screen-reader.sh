#!/usr/bin/env bash
# Prints what the screen reader Orca says of a page in Firefox: docs/contributing/testing.md.
# Needs Linux with orca, firefox-esr (or firefox), xvfb, xdotool, at-spi2-core and dbus.
set -euo pipefail

if [ $# -lt 1 ]; then
  echo "usage: bash scripts/screen-reader.sh ADDRESS [KEY | KEY*TIMES | text:WORDS]..." >&2
  exit 2
fi
if [ -z "${SCREEN_READER_FOLDER:-}" ]; then
  SCREEN_READER_FOLDER=$(mktemp -d)
  export SCREEN_READER_FOLDER
  exec dbus-run-session -- bash "$0" "$@"
fi

folder=$SCREEN_READER_FOLDER
export HOME=$folder XDG_RUNTIME_DIR=$folder/run DISPLAY=${SCREEN_READER_DISPLAY:-:97} GNOME_ACCESSIBILITY=1 LANG=C.UTF-8
mkdir -p -m 700 "$folder/run" "$folder/profile" "$folder/python/speechd"
trap 'kill $(jobs -p) 2>/dev/null; wait 2>/dev/null; rm -rf "$folder"' EXIT

# Without a speech server, Orca writes what it would say into its log. With one but no sound card, it hangs.
echo 'raise ImportError' > "$folder/python/speechd/__init__.py"
cat > "$folder/profile/user.js" <<'PREFERENCES'
user_pref("accessibility.force_disabled", -1);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("termsofuse.bypassNotification", true);
PREFERENCES

Xvfb "$DISPLAY" -screen 0 1280x900x24 > /dev/null 2>&1 &
sleep 1
/usr/libexec/at-spi-bus-launcher --launch-immediately > /dev/null 2>&1 &
sleep 1
gsettings set org.gnome.desktop.interface toolkit-accessibility true
PYTHONPATH=$folder/python orca --debug-file="$folder/orca.log" > /dev/null 2>&1 &
sleep 5
"$(command -v firefox-esr || command -v firefox)" --profile "$folder/profile" --no-remote "$1" > /dev/null 2>&1 &
sleep 15
xdotool windowfocus "$(xdotool search --onlyvisible --class firefox | tail -1)"
sleep 1
shift
for step in "$@"; do
  case $step in
    text:*) xdotool type --delay 40 -- "${step#text:}" ;;
    *)
      times=1
      [[ $step == *'*'* ]] && times=${step#*\*}
      for ((press = 0; press < times; press++)); do
        xdotool key "${step%%\**}"
        sleep 0.5
      done
      ;;
  esac
  sleep 1
done
sleep 2
grep -a 'SPEECH OUTPUT: ' "$folder/orca.log" | sed -E "s/^.*SPEECH OUTPUT: '//; s/' ?(\{.*)?$//"

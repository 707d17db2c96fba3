#!/usr/bin/env bash
# Walks through the console and the simulator with the screen reader Orca, by keyboard: docs/contributing/testing.md.
# With an address, prints what Orca says of that page.
# Needs Linux with orca, firefox-esr (or firefox), xvfb, xdotool, at-spi2-core and dbus.
set -euo pipefail

if [ "${1:-}" = --help ]; then
  cat <<'USAGE'
usage: bash scripts/screen-reader.sh [ADDRESS [STEP]...]
steps:
  KEY            a key of xdotool: Tab, Return, Down
  KEY*TIMES      the key so many times
  KEY~WORDS      the key until Orca says the words, 60 times at most
  text:WORDS     types
  open:ADDRESS   opens another page
  expect:WORDS   fails unless Orca has said the words since the last page or the last Return
USAGE
  exit 2
fi
if [ -z "${SCREEN_READER_FOLDER:-}" ]; then
  SCREEN_READER_FOLDER=$(mktemp -d)
  export SCREEN_READER_FOLDER
  exec dbus-run-session -- bash "$0" "$@"
fi

repository=$(cd "$(dirname "$0")/.." && pwd)
folder=$SCREEN_READER_FOLDER
log=$folder/orca.log
gatehouse=
failed=0

stop_all() {
  [ -z "$gatehouse" ] || kill "$gatehouse" 2>/dev/null || true
  kill $(jobs -p) 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap stop_all EXIT

# Prints the JSON member $1 of the first line of `npm start`.
member() {
  grep -m1 '^{' "$folder/start.log" | node -pe "JSON.parse(require('fs').readFileSync(0, 'utf8')).$1"
}

# Starts a Gatehouse with two requests for approval, and sets `steps` to the walk through it.
prepare_walk() {
  (cd "$repository/scripts" && exec node start.mjs --port 0 --ephemeral --json --policy "$repository/samples/policies/approval") > "$folder/start.log" 2>&1 &
  gatehouse=$!
  until grep -q '^{' "$folder/start.log"; do
    kill -0 "$gatehouse" 2>/dev/null || { cat "$folder/start.log" >&2; exit 1; }
    sleep 1
  done
  local data person console simulator
  data=$(dirname "$(member eventsFile)")
  for person in kim sam; do
    # Exit code 2: refused, as the request waits.
    printf '{"issuer":"google.com","email":"%s@unlisted.example","locales":["en-US"],"claims":{"displayName":"%s Novak"},"collects":["displayName"]}' "$person" "$person" |
      (cd "$repository" && npm run -s gate -- simulate - --local --data "$data" > /dev/null) || [ $? = 2 ]
  done
  console=$(member consoleUrl)
  simulator=$(member simulatorUrl)
  local pages=${console%%/?key*}
  steps=(
    "open:$console" 'b~Another Administrator push button' Return 'expect:Inbox'
    "open:$pages/?lang=en" 'h*2' 'Down*6'
    "open:$pages/approvals" 'b~Approve push button' Return 'expect:You approved' 'h' 'Down*6'
    "open:$pages/decisions" t k Return 'expect:content Decision' 'h*3'
    "open:$pages/access-list" 'Tab~Entry entry' 'text:kim@' Return 'expect:This was not done' 'expect:Not an e-mail address' 'Down*10'
    "open:$simulator&lang=en" 'k~Asks for approval' Return 'expect:Waiting for approval · Simulator' 'expect:an approver decides' 'expect:We received your request' 'h*3'
  )
}

# Prints what Orca has said since byte $1 of its log.
spoken_since() {
  tail -c +"$(($1 + 1))" "$log" | grep -a 'SPEECH OUTPUT: ' | sed -E "s/^.*SPEECH OUTPUT: '//; s/' ?(\{.*)?$//" || true
}

log_size() {
  stat -c %s "$log"
}

# Waits until Orca says nothing more of the page: only then are the words after a key those of its answer.
wait_for_silence() {
  local before=-1 now=0
  for ((waits = 0; waits < 15 && before != now; waits++)); do
    sleep 2
    before=$now
    now=$(grep -ac 'SPEECH OUTPUT: ' "$log")
  done
}

press() {
  xdotool key "$1"
  sleep 0.5
}

open_page() {
  printed=$(log_size)
  # Before the address bar has the focus, Orca takes letters for its own keys.
  for ((tries = 0; tries < 10; tries++)); do
    xdotool key ctrl+l
    sleep 1
    spoken_since "$printed" | grep -q 'combo box' && break
  done
  xdotool type --delay 5 -- "$1"
  sleep 1
  printed=$(log_size)
  mark=$printed
  xdotool key Return
  printf '\n== %s\n' "${1%%\?*}"
  wait_for_silence
}

steps=()
start=about:blank
if [ $# -eq 0 ]; then
  prepare_walk
else
  start=$1
  shift
  steps=("$@")
fi

export HOME=$folder XDG_RUNTIME_DIR=$folder/run DISPLAY=${SCREEN_READER_DISPLAY:-:97} GNOME_ACCESSIBILITY=1 LANG=C.UTF-8
mkdir -p -m 700 "$folder/run" "$folder/profile" "$folder/python/speechd"

# Without a speech server, Orca writes what it would say into its log. With one but no sound card, it hangs.
echo 'raise ImportError' > "$folder/python/speechd/__init__.py"
# Orca writes its log in blocks of 8 KB: line by line, it says at once what Orca says.
cat > "$folder/python/sitecustomize.py" <<'LINES'
import builtins

open_file = builtins.open


def open_by_line(file, mode="r", buffering=-1, *others, **options):
    return open_file(file, mode, 1 if str(file).endswith("/orca.log") and "b" not in mode else buffering, *others, **options)


builtins.open = open_by_line
LINES
cat > "$folder/profile/user.js" <<'PREFERENCES'
user_pref("accessibility.force_disabled", -1);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.urlbar.suggest.searches", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("termsofuse.bypassNotification", true);
PREFERENCES

Xvfb "$DISPLAY" -screen 0 1280x900x24 > /dev/null 2>&1 &
sleep 1
/usr/libexec/at-spi-bus-launcher --launch-immediately > /dev/null 2>&1 &
sleep 1
gsettings set org.gnome.desktop.interface toolkit-accessibility true
PYTHONPATH=$folder/python orca --debug-file="$log" > /dev/null 2>&1 &
sleep 5
"$(command -v firefox-esr || command -v firefox)" --profile "$folder/profile" --no-remote "$start" > /dev/null 2>&1 &
sleep 15
xdotool windowfocus "$(xdotool search --onlyvisible --class firefox | tail -1)"
sleep 1

printed=0
mark=0
for step in "${steps[@]}"; do
  case $step in
    text:*)
      spoken_since "$printed"
      xdotool type --delay 40 -- "${step#text:}"
      sleep 1
      printed=$(log_size)
      ;;
    open:*) open_page "${step#open:}" ;;
    expect:*)
      # On a busy machine, an answer or Orca may take longer than a silence.
      for ((waits = 0; waits < 180; waits++)); do
        spoken_since "$mark" | grep -qF -- "${step#expect:}" && break
        sleep 1
      done
      if ! spoken_since "$mark" | grep -qF -- "${step#expect:}"; then
        echo "-- NOT SAID: ${step#expect:}"
        failed=1
      fi
      ;;
    *~*)
      for ((presses = 0; presses < 60; presses++)); do
        before=$(log_size)
        press "${step%%~*}"
        sleep 1
        spoken_since "$before" | grep -qF -- "${step#*~}" && break
      done
      ;;
    *)
      times=1
      [[ $step == *'*'* ]] && times=${step#*\*}
      [ "$step" = Return ] && mark=$(log_size)
      for ((presses = 0; presses < times; presses++)); do press "${step%%\**}"; done
      [ "$step" = Return ] && wait_for_silence
      ;;
  esac
  sleep 1
  now=$(log_size)
  spoken_since "$printed"
  printed=$now
done
sleep 2
spoken_since "$printed"
exit "$failed"

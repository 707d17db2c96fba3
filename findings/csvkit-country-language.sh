#!/usr/bin/env bash
# csvkit 1.0.7 (Debian 12) guesses types of columns, and its guesses meet the codes of countries and languages: csvsort and csvjson empty the
# cell of Namibia ("NA"), of Norwegian alone ("no") they make a boolean, and somebody's note "None" is gone. --no-inference (-I) keeps "no" alone: the others need
# --blanks too. Seen: a@a.example,,False,  |  with -I: a@a.example,,no,  |  with -I --blanks: a@a.example,NA,no,None
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
command -v csvsort >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends csvkit=1.0.7-1 >/dev/null; }
printf 'email,country,language,note\na@a.example,NA,no,None\n' >people.csv
diff <(csvsort -c email people.csv) <(printf 'email,country,language,note\na@a.example,,False,\n')
diff <(csvsort -I -c email people.csv) <(printf 'email,country,language,note\na@a.example,,no,\n')
diff <(csvsort -I --blanks -c email people.csv) people.csv
diff <(csvjson --stream people.csv) <(printf '{"email": "a@a.example", "country": null, "language": false, "note": null}\n')
echo "as described: csvkit $(csvsort --version | cut -d' ' -f2)"

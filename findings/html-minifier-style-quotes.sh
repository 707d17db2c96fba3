#!/usr/bin/env bash
# npm's html-minifier-terser 7.2.0 with minifyCSS takes declarations away where a style attribute has an escaped quotation mark (&#39;), as template engines
# write it: a mail loses its font and its width. With a plain quotation mark, both stay.
# Seen:
#   <p style="font:15px Inter,&#39;color:red">Hello</p>
#   <p style="font:15px Inter,'Segoe UI',sans-serif;max-width:36em;color:red">Hello</p>
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts html-minifier-terser@7.2.0
cat >minify.mjs <<'JS'
import { minify } from "html-minifier-terser";
for (const quote of ["&#39;", "'"]) {
  const style = `font:15px Inter,${quote}Segoe UI${quote},sans-serif;max-width:36em;color:red`;
  console.log(await minify(`<p style="${style}">Hello</p>`, { minifyCSS: true }));
}
JS
cat >expected.txt <<'TEXT'
<p style="font:15px Inter,&#39;color:red">Hello</p>
<p style="font:15px Inter,'Segoe UI',sans-serif;max-width:36em;color:red">Hello</p>
TEXT
node minify.mjs | tee seen.txt
diff expected.txt seen.txt

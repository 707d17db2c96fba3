#!/usr/bin/env bash
# One address in three libraries of npm: nodemailer 10.6.1 writes kim@müller.example with its ASCII domain into the header To, mailparser 3.14.2 reads
# that back in letters, postal-mime 4.0.0 as it stands. Who compares texts finds the person whom they wrote to with one of the two only:
# kim@xn--mller-kva.example, as it was given and as it stands in the mail, is not what mailparser says.
# Seen (given, in the mail, mailparser, postal-mime):
#   kim@müller.example kim@xn--mller-kva.example kim@müller.example kim@xn--mller-kva.example
#   kim@xn--mller-kva.example kim@xn--mller-kva.example kim@müller.example kim@xn--mller-kva.example
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts nodemailer@10.6.1 mailparser@3.14.2 postal-mime@4.0.0
cat >read.mjs <<'JS'
import { simpleParser } from "mailparser";
import { createTransport } from "nodemailer";
import PostalMime from "postal-mime";
const transport = createTransport({ streamTransport: true, buffer: true });
for (const to of ["kim@müller.example", "kim@xn--mller-kva.example"]) {
  const { message } = await transport.sendMail({ from: "gate@contoso.com", to, subject: "Welcome", text: "Hello" });
  const written = /^To: (.*)$/m.exec(message.toString())[1].trim();
  const [parsed] = (await simpleParser(message)).to.value;
  const [read] = (await PostalMime.parse(message)).to;
  console.log(to, written, parsed.address, read.address);
}
JS
cat >expected.txt <<'TEXT'
kim@müller.example kim@xn--mller-kva.example kim@müller.example kim@xn--mller-kva.example
kim@xn--mller-kva.example kim@xn--mller-kva.example kim@müller.example kim@xn--mller-kva.example
TEXT
node read.mjs | tee seen.txt
diff expected.txt seen.txt

#!/usr/bin/env bash
# A sender's name in RFC 2047's form, as Amazon SES asks for it, in two libraries of npm.
#
# nodemailer 10.6.1 takes `Contoso, Inc. <a@contoso.com>` and quotes the name, and encodes other letters itself. A name that is encoded
# already it puts into quotes, in which RFC 2047 (section 5, rule 3) allows no encoded word: readers that keep to it show
# =?UTF-8?B?...?= to people. mailparser, postal-mime and Python's email decode it all the same.
# mimetext 3.0.28 encodes a long name in one word, of 156 characters here; RFC 2047 (section 2) allows 75. nodemailer splits it.
# Seen:
#   nodemailer plain: "Contoso, Inc." <a@contoso.com>
#   nodemailer encoded: "=?UTF-8?B?WsO8cmljaCwgSW5jLg==?=" <a@contoso.com>
#   longest word, nodemailer: 52
#   longest word, mimetext: 156
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts nodemailer@10.6.1 mimetext@3.0.28
cat >check.mjs <<'JS'
import { createMimeMessage } from "mimetext";
import nodemailer from "nodemailer";

const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: "unix" });
const fromHeader = (raw) => /^From: (.*(?:\r?\n .*)*)/m.exec(raw)[1];
async function sendFrom(from) {
  const { message } = await transport.sendMail({ from, to: "kim@example.com", subject: "s", text: "t" });
  return fromHeader(String(message));
}
function mimetextFrom(name) {
  const message = createMimeMessage();
  message.setSender({ name, addr: "a@contoso.com" });
  message.setTo("kim@example.com");
  message.setSubject("s");
  message.addMessage({ contentType: "text/plain", data: "t" });
  return fromHeader(message.asRaw());
}
const longest = (header) => Math.max(...header.split(/\s+/).map(({ length }) => length));
const name = "콘토소".repeat(12);
console.log("nodemailer plain:", await sendFrom("Contoso, Inc. <a@contoso.com>"));
console.log("nodemailer encoded:", await sendFrom("=?UTF-8?B?WsO8cmljaCwgSW5jLg==?= <a@contoso.com>"));
console.log("longest word, nodemailer:", longest(await sendFrom({ name, address: "a@contoso.com" })));
console.log("longest word, mimetext:", longest(mimetextFrom(name)));
JS
cat >expected.txt <<'TEXT'
nodemailer plain: "Contoso, Inc." <a@contoso.com>
nodemailer encoded: "=?UTF-8?B?WsO8cmljaCwgSW5jLg==?=" <a@contoso.com>
longest word, nodemailer: 52
longest word, mimetext: 156
TEXT
node check.mjs | tee seen.txt
diff expected.txt seen.txt

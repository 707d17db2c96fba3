import { html } from "hono/html";
import type { MailFact } from "../../engine/mail/voice";
import { readTag } from "../../engine/sign-up/text";
import type { Mail } from "./send";

/** A part of a mail. A mail's parts are in reading order. */
export type Part =
  | { readonly kind: "words"; readonly text: string }
  | { readonly kind: "facts"; readonly facts: readonly MailFact[]; readonly warning?: string | undefined }
  | { readonly kind: "commands"; readonly commands: readonly string[] }
  /** `besides`: true if another link is the main link of the mail. */
  | { readonly kind: "link"; readonly label: string; readonly url: string; readonly besides?: boolean }
  | { readonly kind: "small"; readonly text: string }
  /** Nothing that a ticket needs: ticket systems cut a mail here. */
  | { readonly kind: "signature"; readonly text: string }
  | { readonly kind: "rule" };

export function renderedMail(
  to: readonly string[],
  subject: string,
  parts: readonly Part[],
  { language }: { readonly language: string },
): Mail {
  const read = withRules(parts);
  // A header is one line: SES refuses line breaks.
  const line = subject.trim().replace(/\s*[\r\n\u2028\u2029]\s*/g, " ");
  return { to, subject: line, text: asText(read), html: asHtml(read, language) };
}

/** Separates groups of facts by lines, so that a link clearly belongs to the facts above it. */
export function withRules(parts: readonly Part[]): readonly Part[] {
  const first = parts.findIndex(({ kind }) => kind === "facts");
  return parts.flatMap((part, index) => (part.kind === "facts" && index !== first ? [{ kind: "rule" }, part] : [part]));
}

export function asText(parts: readonly Part[]): string {
  return `${parts.map(renderPartText).join("\n\n")}\n`;
}

function renderPartText(part: Part): string {
  switch (part.kind) {
    case "words":
      return part.text;
    case "facts": {
      const lines = part.facts.map(({ label, value }) => `${label}: ${value}`);
      return [...lines, ...(part.warning === undefined ? [] : [`! ${part.warning}`])].join("\n");
    }
    case "commands":
      return part.commands.map((command) => `  ${command}`).join("\n");
    case "link":
      return `${part.label}:\n${part.url}`;
    case "small":
      return part.text;
    case "signature":
      return `-- \n${part.text}`;
    case "rule":
      return "* * *";
  }
}

// The colours suit a light and a dark background, because the mail program chooses the background.
const EDGE = "#838d99";
const BODY =
  "font:15px/22px Inter,system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans KR','Malgun Gothic',sans-serif;max-width:36em;margin:16px auto;padding:0 16px";
const BUTTON = `display:inline-block;padding:8px 16px;border:1px solid ${EDGE};border-radius:6px;background:#17202a;color:#ffffff;font-weight:600;text-decoration:none`;

const rightToLeft = ["Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"];

/** Renders a page that loads nothing from outside, and leaves the colours to the reader's mail program. @param language BCP 47 tag */
export function asHtml(parts: readonly Part[], language: string): string {
  const isRightToLeft = rightToLeft.includes(readTag(language)?.maximize().script ?? "");
  return String(html`<!DOCTYPE html>
<html lang="${language}"${isRightToLeft ? html` dir="rtl"` : ""}>
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width"></head>
<body style="${BODY}">
${parts.map(renderPartHtml)}</body>
</html>
`);
}

function renderPartHtml(part: Part) {
  switch (part.kind) {
    case "words":
      return html`<p>${part.text}</p>\n`;
    case "facts":
      return html`<table role="presentation" style="margin:16px 0;border-collapse:collapse">\n${part.facts.map(renderFactRow)}</table>\n${
        part.warning === undefined ? "" : html`<p><strong>${part.warning}</strong></p>\n`
      }`;
    case "commands":
      return part.commands.map(
        (command) => html`<pre style="white-space:pre-wrap;padding:8px 12px;border:1px solid ${EDGE};border-radius:6px">${command}</pre>\n`,
      );
    case "link":
      return html`<p><a href="${part.url}"${part.besides ? "" : html` style="${BUTTON}"`}>${part.label}</a></p>\n`;
    case "small":
    case "signature":
      return html`<p><small>${part.text}</small></p>\n`;
    case "rule":
      return html`<hr style="margin:24px 0;border:0;border-top:1px solid ${EDGE}">\n`;
  }
}

/** `bdi` isolates the value, so that text written from right to left does not reorder its surroundings. */
function renderFactRow({ label, value }: MailFact) {
  return html`<tr><td style="padding:4px 0;vertical-align:top">${label}</td> <td style="padding:4px 16px"><bdi>${value}</bdi></td></tr>\n`;
}

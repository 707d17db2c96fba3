import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { catalogues, type Language } from "../../engine/messages/index";
import { bestLanguage } from "../../engine/sign-up/text";

// What the pages share that the links of mail open.

/** What the pages reach. */
export interface LinkPagePorts {
  /** Where the console shows a request, if there is one; `{id}` becomes the request's id. */
  readonly consoleUrl: string | undefined;
  now(): Date;
  /** A decision was made, or the link did not let its reader decide. */
  decided(outcome: { readonly outcome: string; readonly verb?: string; readonly reference?: string }): void;
}

/** The form of such a page, as its link opens it or as it was sent. */
export interface ShownForm {
  readonly id: string;
  readonly secret: string;
  readonly problem?: string;
  readonly note?: string;
}

/** A note of 1,000 characters, each three bytes that a form spells in nine. */
const MAX_BODY_BYTES = 16 * 1_024;

const languages = catalogues.map(({ language }) => language);

/** A field of a form that was sent; empty where it is missing. */
export type SentFields = (name: string) => string;

/** Nothing of a form that is larger than ours can be. */
export async function smallForm({ req }: Context): Promise<SentFields> {
  const { byteLength } = await req.raw.clone().arrayBuffer();
  const sent: Readonly<Record<string, unknown>> = byteLength > MAX_BODY_BYTES ? {} : await req.parseBody().catch(() => ({}));
  return (name) => {
    const value = sent[name];
    return typeof value === "string" ? value : "";
  };
}

export async function answerPage(context: Context, status: ContentfulStatusCode, page: Child): Promise<Response> {
  return await context.html(html`<!DOCTYPE html>${page}`, status);
}

/** Where the console begins, by the address under which it shows a request. */
export function consoleHome(consoleUrl: string | undefined): string | undefined {
  return consoleUrl && new URL("/", consoleUrl.replaceAll("{id}", "")).href;
}

/** The reader's first choice among ours. */
export function readerLanguage(context: Context): Language {
  return accepts(context, {
    header: "Accept-Language",
    supports: [...languages],
    default: "en",
    match: (wanted, { default: other }) =>
      bestLanguage(
        wanted.sort((a, b) => b.q - a.q).map(({ type }) => type),
        languages,
      ) ?? other,
  }) as Language;
}

import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { World } from "../../adapters/world";
import { catalogues, type Language } from "../../engine/messages/index";
import { bestLanguage } from "../../engine/sign-up/text";
import { type LinkFields, SentencePage, type ShownForm } from "./frame";

// What the pages share that the links of mail open.

/** What the pages reach. */
export interface LinkPagePorts {
  /** Where the console shows a request, if there is one; `{id}` becomes the request's id. */
  readonly consoleUrl: string | undefined;
  now(): Date;
  /** A decision was made, or the link did not let its reader decide. */
  decided(outcome: { readonly outcome: string; readonly verb?: string; readonly reference?: string }): void;
}

/** What a page says where its link answers nothing. */
export type OverTexts = Readonly<Record<Language, Readonly<Record<"overTitle" | "over" | "overElsewhere", string>>>>;

/** What the link of a mail opens: opening it shows a form, and the form alone changes something. */
export interface MailAnswer {
  readonly path: string;
  readonly over: OverTexts;
  /** Undefined where nothing of that is mailed. */
  open(world: Pick<World, "settings" | "tables">): OpenMailAnswer | undefined;
}

export interface OpenMailAnswer {
  show(page: LinkPagePorts, context: Context): Promise<Response>;
  take(page: LinkPagePorts, context: Context): Promise<Response>;
}

/** A note of 1,000 characters, each three bytes that a form spells in nine. */
const MAX_BODY_BYTES = 16 * 1_024;

const languages = catalogues.map(({ language }) => language);

/** The form that a link opens. */
export function linkedForm({ req }: Context, fields: LinkFields): ShownForm {
  return { id: req.query(fields.id) ?? "", secret: req.query(fields.secret) ?? "" };
}

/** What was sent, empty where it is missing; nothing of a form that is larger than ours can be. */
export async function answerSent({ req }: Context, fields: LinkFields): Promise<Record<keyof LinkFields, string>> {
  const { byteLength } = await req.raw.clone().arrayBuffer();
  const sent: Readonly<Record<string, unknown>> = byteLength > MAX_BODY_BYTES ? {} : await req.parseBody().catch(() => ({}));
  const textOf = (name: string) => {
    const value = sent[name];
    return typeof value === "string" ? value : "";
  };
  return { id: textOf(fields.id), secret: textOf(fields.secret), note: textOf(fields.note), verb: textOf(fields.verb) };
}

export async function answerPage(context: Context, status: ContentfulStatusCode, page: Child): Promise<Response> {
  return await context.html(html`<!DOCTYPE html>${page}`, status);
}

/** The same for an unknown id, a wrong secret and a link that is over: it says nothing about any of them. */
export function answerOver({ consoleUrl }: Pick<LinkPagePorts, "consoleUrl">, context: Context, texts: OverTexts): Promise<Response> {
  const language = readerLanguage(context);
  const { overTitle, over, overElsewhere } = texts[language];
  // Where the console begins.
  const home = consoleUrl && new URL("/", consoleUrl.replaceAll("{id}", "")).href;
  const page = <SentencePage language={language} title={overTitle} sentences={[over, overElsewhere]} consoleUrl={home} />;
  return answerPage(context, 404, page);
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

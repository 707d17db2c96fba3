import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import { matchedRoutes } from "hono/route";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AwsClient } from "../../adapters/aws/client";
import { transact } from "../../adapters/tables/transaction";
import { referenceFor } from "../../engine/sign-up/call";
import { ButtonLink } from "../parts/forms";
import { Layout } from "../parts/layout";
import { buildMenu } from "../parts/menu";
import { visible } from "../parts/value";
import { type Cookies, cookies, type Session } from "../session/session";
import type { ProviderRefusal } from "../session/sign-in";
import { frameTexts as t } from "../texts/frame-texts";
import { type ConsoleLanguage, chooseLanguage, isLanguage, languages } from "../texts/languages";
import type { AppPorts } from "./ports";
import { FORM_PAGE, FORM_TOKEN, type KeptField } from "./sent-form";
import type { ConsoleFeature, Trail } from "./visit";

export interface Frame {
  readonly features: readonly ConsoleFeature[];
  readonly ports: AppPorts;
  readonly cookies: Cookies;
  readonly trail: Trail;
}

const noTrail = (tables: AwsClient): Trail => ({
  audited: (_entry, _now, change) => change(),
  transact(_entry, audited) {
    const writes = audited.map(({ write }) => write);
    return transact(tables, writes);
  },
  tell: async () => undefined,
});

export function frameAround(features: readonly ConsoleFeature[], ports: AppPorts): Frame {
  const trail = features.find((feature) => feature.trail)?.trail?.(ports.world) ?? noTrail(ports.world.place.tables);
  return { features, ports, cookies: cookies(ports.scheme), trail };
}

export function buildOrigin({ ports }: Frame, context: Context): string {
  return `${ports.scheme}://${new URL(context.req.url).host}`;
}

/** Prefers the language in the request's address, then the one in the cookie, then the browser's. */
export function resolveLanguage({ cookies }: Frame, context: Context): ConsoleLanguage {
  const chosen = [context.req.query("lang"), cookies.readLanguage(context)].find(isLanguage);
  return chosen ?? chooseLanguage(context, languages);
}

/** Does the same as `resolveLanguage`, and stores the language of the request's address in a cookie for later pages. */
export function keptLanguage(frame: Frame, context: Context): ConsoleLanguage {
  const language = resolveLanguage(frame, context);
  if (isLanguage(context.req.query("lang"))) frame.cookies.writeLanguage(context, language);
  return language;
}

interface Page {
  readonly title: string;
  readonly content: Child;
  readonly status?: ContentfulStatusCode;
  readonly session?: Session | undefined;
  readonly head?: Child;
  readonly everyPage?: readonly { readonly bar: Child; readonly banner: Child }[];
}

export async function render(
  frame: Frame,
  context: Context,
  { session, title, content, head, everyPage = [], status = 200 }: Page,
): Promise<Response> {
  const language = keptLanguage(frame, context);
  const token = session && (await formToken(frame, session));
  const layout = (
    <Layout
      title={title}
      language={language}
      path={context.req.path}
      session={session}
      menu={buildMenu(frame.features, frame.ports.world)}
      formToken={token}
      addressIn={context.req.method === "GET" ? (to) => addressIn(context, to) : undefined}
      head={head}
      everyPage={everyPage}
    >
      {content}
    </Layout>
  );
  return await context.html(html`<!DOCTYPE html>${layout}`, status);
}

/** @param page the page with the form. If the form is refused, a link leads back to this page */
export async function formToken({ ports }: Frame, session: Session, page?: string): Promise<Child> {
  return (
    <>
      <input type="hidden" name={FORM_TOKEN} value={(await ports.seals()).formToken(session)} />
      {page === undefined ? null : <input type="hidden" name={FORM_PAGE} value={page} />}
    </>
  );
}

/** Maximum number of lines of the text area with a refused text. A longer text scrolls. */
const MAX_ROWS = 10;

interface Link {
  readonly path: string;
  readonly text: string;
  /** @default the style of the main link */
  readonly class?: "button quiet";
}

interface Explanation {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** @default a link to the first page */
  readonly links?: readonly Link[];
  readonly kept?: readonly KeptField[];
}

export function explainFailure(
  frame: Frame,
  context: Context,
  status: ContentfulStatusCode,
  { title, paragraphs, links = [goHome()], kept = [] }: Explanation,
  session?: Session,
): Promise<Response> {
  const content = (
    <>
      {paragraphs.map((text) => (
        <p>{text}</p>
      ))}
      {kept.length === 0 ? null : (
        <fieldset class="card kept">
          <legend>{t.kept}</legend>
          <p class="hint">{t.keptHint}</p>
          {kept.map(({ name, text }, index) => (
            <p>
              <label for={`kept-${index}`}>{visible(name)}</label>
              <textarea id={`kept-${index}`} readonly rows={Math.min(text.split("\n").length, MAX_ROWS)}>
                {text}
              </textarea>
            </p>
          ))}
        </fieldset>
      )}
      <p class="actions">
        {links.map((link) => (
          <ButtonLink class="button" {...link} />
        ))}
      </p>
    </>
  );
  return render(frame, context, { title, content, status, session });
}

/** @param to the page to open afterwards. @default the inbox */
export const signInAgain = (to?: string): Link => ({
  path: to === undefined ? "/sign-in" : `/sign-in?to=${encodeURIComponent(to)}`,
  text: t.signIn,
});

/** Returns the link to the sign-in, which leads back to this page. If this page answers a sent form, leads to the first page. */
export function asAnother({ req }: Context): Link {
  const { pathname, search } = new URL(req.url);
  const to = req.method === "GET" ? pathname + search : "/";
  return { path: `/sign-in?${new URLSearchParams({ as: "another", to })}`, text: t.signInAsAnother, class: "button quiet" };
}

export const goHome = (): Link => ({ path: "/", text: t.home });

export async function failPage(frame: Frame, context: Context, error: unknown): Promise<Response> {
  const reference = report(frame, context, error);
  return await explainFailure(frame, context, 503, { title: t.failedTitle, paragraphs: [t.failed, t.failedReference(reference)] });
}

/** @returns the reference code of the log entry */
export function report({ ports }: Frame, context: Context, error: unknown, provider?: ProviderRefusal): string {
  const reference = referenceFor(randomUUID());
  ports.report({ reference, route: formatRoute(context), error, provider });
  return reference;
}

/** Returns the route for the log. The address itself may contain personal data, which must not be logged. */
function formatRoute(context: Context): string {
  const path = matchedRoutes(context).find((route) => !route.path.includes("*"))?.path;
  return `${context.req.method} ${path ?? "other"}`;
}

function addressIn({ req }: Context, language: ConsoleLanguage): string {
  const url = new URL(req.url);
  url.searchParams.set("lang", language);
  // The parameters of a sign-in's callback work only once, so the callback page's language link leads to the first page.
  return url.pathname === "/sign-in/callback" ? `/?lang=${language}` : `${url.pathname.replace(/^\/+/, "/")}${url.search}`;
}

/** Returns a path of this site, or the inbox if the address leads elsewhere. @param path from an address or a form, untrusted */
export function ownPath(path: string | undefined): string {
  if (path === undefined || !path.startsWith("/") || !URL.canParse(path, "https://own.invalid")) return "/";
  const { origin, pathname, search } = new URL(path, "https://own.invalid");
  // The check follows the parsing, because parsing turns "/..//elsewhere" into "//elsewhere", which leads to another site.
  return origin === "https://own.invalid" && !pathname.startsWith("//") ? `${pathname}${search}` : "/";
}

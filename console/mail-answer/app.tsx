import { randomUUID } from "node:crypto";
import { type Context, Hono, type Next } from "hono";
import type { World } from "../../adapters/world";
import { referenceFor } from "../../engine/sign-up/call";
import { callingAddress, clientLimit, TOO_MANY } from "../app/client-limit";
import { securityHeaders } from "../app/security-headers";
import { assets } from "../style/assets";
import { answerOver, answerPage, type LinkPagePorts, type MailAnswer, readerLanguage } from "./answering";
import { SentencePage } from "./frame";
import { mailAnswerTexts } from "./mail-answer-texts";

/** What the pages reach. */
export interface MailAnswerPorts extends LinkPagePorts {
  readonly world: Pick<World, "settings" | "tables">;
  /** Whether each caller's address may call only so often. */
  readonly limited: boolean;
  /** Called with each failure. @param reference the code on the page */
  failed(error: unknown, reference: string): void;
}

/**
 * The pages that the links of mail open. Nothing but a page's form decides: opening it changes nothing, however often and whoever does
 * it. A link that decides nothing has one page, whatever the reason.
 */
export function mailAnswerApp([first, ...others]: readonly [MailAnswer, ...MailAnswer[]], ports: MailAnswerPorts): Hono {
  const app = new Hono();
  const mayCall = clientLimit();
  app.use(finishAnswer);
  app.onError((error, context) => failed(ports, context, error));
  for (const { path, type, content } of [assets.style, assets.icon]) {
    const headers = { "Content-Type": type, "Cache-Control": "public, max-age=31536000, immutable" };
    app.get(path, (context) => context.body(content, 200, headers));
  }
  for (const { path, over, open } of [first, ...others]) {
    app.use(path, async (context, next) => {
      const caller = ports.limited ? callingAddress(context) : undefined;
      if (caller !== undefined && !mayCall(caller, ports.now())) return context.text(TOO_MANY, 429, { "Retry-After": "1" });
      await next();
      return undefined;
    });
    const opened = open(ports.world);
    if (opened !== undefined) {
      app.get(path, (context) => opened.show(ports, context));
      app.post(path, (context) => opened.take(ports, context));
    }
    app.all(path, (context) => answerOver(ports, context, over));
  }
  app.notFound((context) => answerOver(ports, context, first.over));
  return app;
}

async function finishAnswer(context: Context, next: Next): Promise<void> {
  await next();
  const headers = { ...securityHeaders({ "form-action": "'self'" }, "no-referrer"), "X-Robots-Tag": "noindex, nofollow, noarchive" };
  for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  if (!context.res.headers.has("Cache-Control")) context.res.headers.set("Cache-Control", "no-store");
}

function failed(ports: MailAnswerPorts, context: Context, error: unknown): Promise<Response> {
  const reference = referenceFor(randomUUID());
  ports.failed(error, reference);
  const language = readerLanguage(context);
  const t = mailAnswerTexts[language];
  return answerPage(context, 500, <SentencePage language={language} title={t.failedTitle} sentences={[t.failed(reference)]} />);
}

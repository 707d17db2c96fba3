import { timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { html } from "hono/html";
import type { UserFlow } from "../client/flow";
import type { Bench, Card, Tried } from "./bench";
import { benchTexts } from "./bench-texts";
import type { FormFields } from "./form";
import { type Html, pageAddress, simulatorPage, type View } from "./layout";
import type { FlowState } from "./state";

export interface Pages {
  readonly flows: readonly UserFlow[];
  /** Reads the address. @param around overrides it */
  view(c: Context, around?: { readonly flow?: UserFlow; readonly tab?: View["tab"]; readonly visits?: FlowState["visits"] }): Promise<View>;
  fieldsIn(c: Context): Promise<FormFields>;
  /** Continues with the state in the form, or reports that it cannot be read. */
  withState(c: Context, fields: FormFields, goOn: (state: FlowState) => Promise<Response>): Promise<Response>;
  /** Shows a sign-up, with a note above it. */
  shown(c: Context, state: FlowState, notice?: Html): Promise<Response>;
  cardsAt(flow: UserFlow): Promise<Tried<readonly Card[]>>;
  /** The page for an unknown address. */
  missing(c: Context): Promise<Response>;
}

/** Continues if the form comes from this instance. */
export type WithToken = (c: Context, fields: FormFields, goOn: () => Promise<Response>) => Promise<Response>;

/** Requires a form of this instance for any request that writes or runs a file. */
export function formTokenCheck(bench: Bench, pages: Pages): WithToken {
  return async (c, fields, goOn) => {
    if (isToken(fields.get("token") ?? "", bench.token)) return await goOn();
    const view = await pages.view(c);
    const { token: t } = benchTexts[view.language];
    return c.html(notDonePage(t.heading, html`<p>${t.text}</p>`, view), 403);
  };
}

/** Compares in constant time. */
function isToken(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Reports an action that is not possible. */
function notDonePage(heading: string, why: Html, view: View): Html {
  return notePage(heading, html`<div class="note bad" role="alert">${why}</div>`, view);
}

export function notePage(heading: string, note: Html, view: View, content: Html = html``): Html {
  const start = html`<p><a href="${pageAddress(view)}">${benchTexts[view.language].nav.run}</a></p>`;
  return simulatorPage(view, heading, html`<div class="card"><h1>${heading}</h1>${note}${content}${start}</div>`);
}

import { timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { html } from "hono/html";
import type { UserFlow } from "../client/flow";
import type { Bench, Card, Tried } from "./bench";
import { benchTexts } from "./bench-texts";
import type { FormFields } from "./form";
import { type Html, pageAddress, simulatorPage, type View } from "./layout";
import type { FlowState } from "./state";

/** Shared by all routes. */
export interface Pages {
  readonly flows: readonly UserFlow[];
  /** Reads the address. @param around overrides it */
  view(c: Context, around?: { readonly flow?: UserFlow; readonly tab?: View["tab"]; readonly visits?: FlowState["visits"] }): Promise<View>;
  fieldsIn(c: Context): Promise<FormFields>;
  /** Goes on with what the form carries, or says that it cannot be read. */
  withState(c: Context, fields: FormFields, goOn: (state: FlowState) => Promise<Response>): Promise<Response>;
  /** A sign-up that was run, with a note above it. */
  shown(c: Context, state: FlowState, notice?: Html): Promise<Response>;
  cardsAt(flow: UserFlow): Promise<Tried<readonly Card[]>>;
  /** There is no such page. */
  missing(c: Context): Promise<Response>;
}

/** Goes on where the form is one of this instance. */
export type WithToken = (c: Context, fields: FormFields, goOn: () => Promise<Response>) => Promise<Response>;

/** Whatever writes a file or runs one takes a form of this instance alone. */
export function formTokenCheck(bench: Bench, pages: Pages): WithToken {
  return async (c, fields, goOn) => {
    if (isToken(fields.get("token") ?? "", bench.token)) return await goOn();
    const view = await pages.view(c);
    const { token: t } = benchTexts[view.language];
    return c.html(notDonePage(t.heading, html`<p>${t.text}</p>`, view), 403);
  };
}

/** In constant time. */
function isToken(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Something was asked for that cannot be done. */
export function notDonePage(heading: string, why: Html, view: View): Html {
  return notePage(heading, html`<div class="note bad" role="alert">${why}</div>`, view);
}

export function notePage(heading: string, note: Html, view: View, content: Html = html``): Html {
  const start = html`<p><a href="${pageAddress(view)}">${benchTexts[view.language].nav.run}</a></p>`;
  return simulatorPage(view, heading, html`<div class="card"><h1>${heading}</h1>${note}${content}${start}</div>`);
}

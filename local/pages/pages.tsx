import { timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { BackLink } from "../../console/parts/back-link";
import { Alert } from "../../console/parts/forms";
import { type ConsoleLanguage, isLanguage } from "../../console/texts/languages";
import type { UserFlow } from "../../simulator/client/visit";
import type { Bench } from "../workbench/bench";
import { benchTexts } from "./bench-texts";
import type { FormFields } from "./form";
import { pageAddress, simulatorPage, type View } from "./layout";
import type { FlowState } from "./state";
import { simulatorTexts } from "./texts";

export interface Pages {
  /** Reads the view from the address, except for the parts in `around`. */
  view(c: Context, around?: { readonly flow?: UserFlow; readonly visits?: FlowState["visits"] }): Promise<View>;
  fieldsIn(c: Context): Promise<FormFields>;
  /** Continues with the state in the form, or reports that it cannot be read. */
  withState(c: Context, fields: FormFields, goOn: (state: FlowState) => Promise<Response>): Promise<Response>;
  shown(c: Context, state: FlowState, notice?: Child): Promise<Response>;
  missing(c: Context): Promise<Response>;
}

/** Continues if the form comes from this instance. */
export type WithToken = (c: Context, fields: FormFields, goOn: () => Promise<Response>) => Promise<Response>;

/** The field that proves that a form is of this instance. */
export const TOKEN_FIELD = "token";

/** Requires a form of this instance for any request that writes or runs a file. */
export function formTokenCheck(bench: Bench, pages: Pages): WithToken {
  return async (c, fields, goOn) => {
    if (isToken(fields.get(TOKEN_FIELD) ?? "", bench.token)) return await goOn();
    const { heading, text } = benchTexts.token;
    return c.html(notePage(heading, <Alert>{text}</Alert>, await pages.view(c)), 403);
  };
}

function isToken(sentToken: string, token: string): boolean {
  const [one, other] = [Buffer.from(sentToken), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

export function notePage(heading: string, note: Child, view: View) {
  return simulatorPage(
    view,
    heading,
    <div class="card">
      <h1>{heading}</h1>
      {note}
      <BackLink path={pageAddress(view)} text={simulatorTexts.run.heading} />
    </div>,
  );
}

export function readLanguage(c: Context): ConsoleLanguage {
  const language = c.get("language");
  return isLanguage(language) ? language : "en";
}

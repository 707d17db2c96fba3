import type { Functions } from "../aws/functions/functions";
import type { Api, Route } from "../aws/gateway/api";
import { readHttpApis } from "../aws/gateway/http-apis";
import { readRestApis } from "../aws/gateway/rest-apis";
import { type Template, TemplateError } from "../aws/template";

/** A route that only the console has. */
const SIGN_IN_PATH = "/sign-in";

export interface Apis {
  /** The API that API connectors call. */
  readonly signUp: Api;
  /** The API by which other systems decide requests for approval; undefined if no rule creates any. */
  readonly approvals: Api | undefined;
  /** The API that an external tenant calls. */
  readonly extension: Api;
  readonly console: Api;
  /** The API of decisions from mail; undefined if no rule creates requests. */
  readonly mailDecisions: Api | undefined;
}

/** Throws TemplateError if the template lacks an API that every Gatehouse has. */
export function findApis(template: Template, functions: Functions): Apis {
  const apis = [...readRestApis(template, functions), ...readHttpApis(template, functions)].filter(({ routes }) => routes.length > 0);
  const guardedBy = (isMeant: (guard: Route["guard"]) => boolean) =>
    apis.filter(({ routes }) => routes.every(({ guard }) => isMeant(guard)));
  const isConsole = ({ routes }: Api) => routes.some(({ path }) => path === SIGN_IN_PATH);
  const open = guardedBy((guard) => guard === undefined);
  return {
    signUp: guardedBy((guard) => typeof guard === "object" && "function" in guard)[0] ?? missing("API for Entra"),
    approvals: guardedBy((guard) => guard === "iam")[0],
    extension: guardedBy((guard) => typeof guard === "object" && "issuer" in guard)[0] ?? missing("HTTP API for an external tenant"),
    console: open.find(isConsole) ?? missing("HTTP API for the console"),
    mailDecisions: open.find((api) => !isConsole(api)),
  };
}

function missing(what: string): never {
  throw new TemplateError(`The template has no ${what} to call.`);
}

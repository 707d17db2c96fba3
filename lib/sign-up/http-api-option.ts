import { SetupError } from "../setup-error";

/** What an HTTP API does not have, for those who choose it. */
export const HTTP_API_LACKS =
  'api is "http": where no function answers (throttled, crashed, timed out), Entra gets a 429 or 5xx without a reference code and shows its own error page, ' +
  "nobody is let in; wrong credentials get 403; callers who passed have no limit of their own; there is no WAF, and no X-Ray trace of the gateway. See docs/costs.md.";

/** Throws a SetupError for an API of another kind. */
export function assertApi(api: string | undefined): void {
  if (api === undefined || api === "rest" || api === "http") return;
  throw new SetupError(`Gatehouse's option api is ${JSON.stringify(api)}; it must be "rest" or "http".`);
}

/** Throws a SetupError where another option needs what an HTTP API does not have. */
export function assertFitsHttpApi({ waf, rateLimit }: { readonly waf?: boolean; readonly rateLimit?: number }): void {
  const needs = waf
    ? "waf: AWS WAF protects no HTTP API"
    : rateLimit !== undefined
      ? "rateLimit: an HTTP API has no usage plans"
      : undefined;
  if (needs !== undefined) throw new SetupError(`api: "http" does not go with ${needs}. Take one of the two out, or write api: "rest".`);
}

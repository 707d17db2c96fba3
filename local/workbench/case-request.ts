import { isDeepStrictEqual } from "node:util";
import { ENTRA_ISSUER, type SignUp, type Step } from "../../engine/sign-up/sign-up";
import type { RequestBody } from "../../simulator/client/request";
import { type Attribute, writeAttribute } from "../../simulator/contract/attributes";
import type { Case, ShortRequest } from "../cases/format";
import { askedRequest } from "../cases/request";
import { tenants } from "./recorded-person";

/** A request in short where that comes to the same for every rule, else its whole body. */
export function caseRequest(body: RequestBody, step: Step, collects: readonly Attribute[]): Pick<Case, "request" | "body"> {
  const whole = { body: body as Case["body"] & object };
  const { parsed } = askedRequest(whole, step, undefined);
  if (!parsed.ok) return whole;
  const short = shortRequests(parsed.signUp, collects).find((request) => {
    const again = askedRequest({ request }, step, undefined).parsed;
    return again.ok && isDeepStrictEqual(plain(again.signUp), plain(parsed.signUp));
  });
  return short === undefined ? whole : { request: short };
}

/** An id of Entra's says nothing of the person. */
function plain({ correlationId: _, ...signUp }: SignUp): unknown {
  return JSON.parse(JSON.stringify(signUp));
}

/** First without the account's id, which is made from the address unless it is given. */
function shortRequests(signUp: SignUp, collects: readonly Attribute[]): readonly ShortRequest[] {
  const { email, identities, attributes, locales, source, application, ipAddress } = signUp;
  const [identity] = identities.filter(({ signInType }) => signInType !== "emailAddress");
  const empty = collects.filter(({ name }) => !Object.hasOwn(attributes, name)).map(writeAttribute);
  const usual = source === "b2b" ? ENTRA_ISSUER : "mail";
  const issuer = identity?.issuer ?? usual;
  const request: ShortRequest = {
    email,
    ...(issuer !== usual && { issuer }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(locales.length > 0 && { locales: locales.length === 1 ? (locales[0] as string) : locales }),
    ...(source !== "b2b" && { tenant: tenants[source] }),
    ...(application !== undefined && { application: application.id }),
    ...(ipAddress !== undefined && { ipAddress }),
    ...(source === "external-tenant" && empty.length > 0 && { collects: empty }),
  };
  const accountId = identity?.issuerAssignedId;
  return [request, ...(accountId === undefined ? [] : [{ ...request, accountId }])];
}

import { UpstreamError } from "../../engine/sign-up/failure";
import type { UpstreamFailure, UpstreamFailureKind } from "../../engine/sign-up/service";
import type { Fields, IdentityVerifier, Verification } from "../../engine/sign-up/source";
import { type Timeout, toMs } from "../../engine/sign-up/time";
import { checkedSecretName, type Keyring, withSecrets } from "../aws/secret-members";
import { cameInstead, type OutboundRequest, type OutboundResponse, send } from "../http/outbound";
import { isGuarded } from "./http/url-template";
import { askedAttributes, type Feeds, type FieldRules, readFields } from "./vendor-fields";

/** A vendor's call of this length leaves a step time for other work within the default deadline of 4 s. */
export const VENDOR_TIMEOUT = "3s";

interface Vendor<F extends string> {
  readonly name: string;
  readonly secret: string;
  /** The secret's members. */
  readonly shape: Readonly<Record<string, string>>;
  readonly timeout: Timeout;
  readonly rules: FieldRules<F>;
  readonly feeds: Feeds<F>;
  request(
    fields: Fields,
    reference: string,
    keyring: Keyring,
    now: Date,
  ): Promise<Pick<OutboundRequest, "url" | "headers" | "body" | "certificate">>;
  outcomeIn(response: OutboundResponse): Verification;
}

/** Throws TypeError for an impossible name of a secret. A failed call has the outcome "unavailable". */
export function vendor<F extends string>(options: Vendor<F>): IdentityVerifier {
  const { name, secret, shape, timeout, rules, feeds, request, outcomeIn } = options;
  checkedSecretName(secret, `${name}: secret`);
  return {
    name,
    uses: [
      { secret, shape },
      { service: name, timeout },
    ],
    asks: askedAttributes(rules, feeds),
    fieldsOf: (signUp) => readFields(rules, feeds, signUp),
    async verify(fields, reference, context) {
      const until = Date.now() + toMs(timeout);
      const remainingMs = () => Math.min(until - Date.now(), context.remainingMs());
      let describeFailure: ((failure: UpstreamFailure) => UpstreamFailure) | undefined;
      try {
        return await withSecrets(name, { ...context, remainingMs }, async (keyring) => {
          describeFailure = undefined;
          const vendorRequest = {
            service: name,
            method: "POST",
            ...(await request(fields, reference, keyring, context.now)),
            timeoutMs: until - Date.now(),
          } as const;
          const response = await send(vendorRequest, context);
          describeFailure = (failure) => cameInstead({ ...failure, status: response.status }, vendorRequest, response);
          return outcomeIn(response);
        });
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        return { kind: "unavailable", upstreamFailure: describeFailure?.(error.failure) ?? error.failure };
      }
    },
  };
}

/** Creates an error. If it is thrown during a vendor's call, the call has the outcome "unavailable". */
export function upstreamFailure(service: string, kind: UpstreamFailureKind): UpstreamError {
  return new UpstreamError({ service, kind });
}

/** Returns undefined for a text that is no URL, and for a URL that is unencrypted or contains a user name or password. */
export function safeUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.username === "" && url.password === "" && isGuarded(url) ? url : undefined;
}

import type { Received } from "../outside-system";
import type { GraphAccount } from "./directory";
import { conflict, GraphErrorReply } from "./refusal";
import type { Tenant } from "./tenant";

/** Throws what the names in a request ask for; gives them for what else they may ask for. */
export function misbehave({ misbehaved }: Tenant, { method, url }: Received, body: object, account?: GraphAccount): readonly string[] {
  const names = namesIn({ ...account, ...body });
  const first = (name: string) => {
    const key = `${method} ${url.pathname} ${name} ${JSON.stringify(body)}`;
    return names.includes(name) && !misbehaved.has(key) && misbehaved.add(key);
  };
  if (names.includes("forbidden")) throw new GraphErrorReply(403, "Authorization_RequestDenied");
  if (names.includes("gone") || first("down")) throw new GraphErrorReply(500, "InternalServerError");
  if (first("throttled")) throw new GraphErrorReply(429, "TooManyRequests", [], "Please retry again later.", { "Retry-After": "1" });
  if (account !== undefined && first("late")) throw new GraphErrorReply(404, "Request_ResourceNotFound");
  if (names.includes("conflict")) throw conflict("proxyAddresses");
  return names.filter((name) => name === "slow");
}

/** Whom a request is about, in lower case. */
export function namesIn(about: object): readonly string[] {
  const { displayName, surname, mail, invitedUserEmailAddress } = about as Readonly<Record<string, unknown>>;
  const local = (address: unknown) => String(address ?? "").split("@", 1)[0];
  return [displayName, surname, local(mail), local(invitedUserEmailAddress)].map((name) =>
    String(name ?? "")
      .trim()
      .toLowerCase(),
  );
}

import { linkSecret } from "../adapters/random-code";
import type { ApprovalStore } from "../adapters/tables/approvals";
import type { World } from "../adapters/world";
import type { ApprovalRequested } from "../engine/approvals/event";
import { type MailLink, mayGetLink, withMailSecrets } from "../engine/approvals/mail-secret";

/** What became of a mail: `waiting` is tried again. */
export type Sent = "sent" | "refused" | "waiting";

/** Addresses of pages, by the id of the request that each decides. */
type Links = ReadonlyMap<string, string>;

/** A mail to each of several approvers. */
interface PersonalMail {
  readonly to: readonly string[];
  send(address: string, links: Links): Promise<Sent>;
  /** Whether there is time to begin another one. */
  hasTime(): boolean;
}

/** How many mails a function remembers. */
const MAX_REMEMBERED = 1_000;
/** Nobody loses as often: a request has a few approvers. */
const MAX_TRIES = 5;

/**
 * Sends approvers a mail each, as its links decide in their name. What is tried again goes to those who have none yet.
 * @param url of the page that the links open, without a query
 */
export function personalMails({ clock }: Pick<World, "clock">, store: ApprovalStore, url: string) {
  /** An event's id and an address. */
  const delivered = new Set<string>();
  const marksOf = (requests: readonly ApprovalRequested[], address: string) => requests.map(({ id }) => `${id} ${address}`);

  /** The request's links, by address. None for a request that nobody waits on any more, and none for the person who asks. */
  async function newLinks({ requestId, reference }: ApprovalRequested, addresses: readonly string[]): Promise<readonly MailLink[]> {
    for (let count = 1; count <= MAX_TRIES; count++) {
      const now = new Date(clock.now());
      const request = await store.get(requestId);
      if (request === undefined || request.reference !== reference) return [];
      const links = addresses.filter((address) => mayGetLink(request, address, now)).map((address) => ({ address, secret: linkSecret() }));
      if (links.length === 0 || (await store.keepMailSecrets(request, withMailSecrets(request, links, now)))) return links;
    }
    throw new Error(`A request was changed by others ${MAX_TRIES} times in a row.`);
  }

  return async (requests: readonly ApprovalRequested[], { to, send, hasTime }: PersonalMail): Promise<Sent> => {
    const due = to.filter((address) => !marksOf(requests, address).every((mark) => delivered.has(mark)));
    const links = new Map(due.map((address) => [address, new Map<string, string>()]));
    for (const request of requests) {
      for (const { address, secret } of await newLinks(request, due)) {
        const query = new URLSearchParams({ request: request.requestId, key: secret });
        links.get(address)?.set(request.requestId, `${url}?${query}`);
      }
    }
    const outcomes: Sent[] = [];
    for (const [address, own] of links) {
      const outcome = hasTime() ? await send(address, own) : "waiting";
      outcomes.push(outcome);
      if (outcome !== "sent") continue;
      if (delivered.size >= MAX_REMEMBERED) delivered.clear();
      for (const mark of marksOf(requests, address)) delivered.add(mark);
    }
    if (outcomes.includes("waiting")) return "waiting";
    return outcomes.length > 0 && outcomes.every((outcome) => outcome === "refused") ? "refused" : "sent";
  };
}

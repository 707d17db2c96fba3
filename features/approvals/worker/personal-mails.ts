import type { Sent } from "../../../adapters/mail/mail-sending";
import { untilKept } from "../../../adapters/mail/until-kept";
import { linkSecret } from "../../../adapters/random-code";
import type { World } from "../../../adapters/world";
import type { Delegation } from "../delegation";
import type { ApprovalRequested } from "../event";
import { linkHolder, type MailLink, withMailSecrets } from "../mail-secret";
import type { ApprovalStore } from "../store/approvals";

/** Addresses of pages, by the id of the request that each decides. */
type Links = ReadonlyMap<string, string>;

/** What one address is mailed about, with the addresses of pages by the id of the request. */
interface Due {
  readonly about: ApprovalRequested[];
  readonly urls: Map<string, string>;
}

/** A mail to each of several approvers. */
interface PersonalMail {
  readonly to: readonly string[];
  /** The delegations of the people that the mail goes to. */
  readonly delegations: readonly Delegation[];
  send(address: string, requests: readonly ApprovalRequested[], links: Links): Promise<Sent>;
  /** Whether there is time to begin another one. */
  hasTime(): boolean;
}

/** How many mails a function remembers. */
const MAX_REMEMBERED = 1_000;
/**
 * Sends approvers a mail each, as its links decide in their name. What is tried again goes to those who have none yet.
 * @param url of the page that the links open, without a query
 */
export function personalMails({ clock }: Pick<World, "clock">, store: ApprovalStore, url: string) {
  /** An event's id and an address. */
  const delivered = new Set<string>();
  const markOf = ({ id }: ApprovalRequested, address: string) => `${id} ${address}`;

  /** The request's links, by address. None for a request that nobody waits on any more, and none for the person who asks. */
  function newLinks(
    { requestId, reference }: ApprovalRequested,
    addresses: readonly string[],
    delegations: readonly Delegation[],
  ): Promise<readonly MailLink[]> {
    return untilKept(async () => {
      const now = new Date(clock.now());
      const request = await store.get(requestId);
      if (request === undefined || request.reference !== reference) return [];
      const holders = addresses.flatMap((address) => linkHolder(request, address, delegations, now) ?? []);
      const links = holders.map((holder) => ({ ...holder, secret: linkSecret() }));
      const isKept = links.length === 0 || (await store.keepMailSecrets(request, withMailSecrets(request, links, now)));
      return isKept ? links : undefined;
    });
  }

  /** By address, what it has not been sent yet, with the links for it. */
  async function dueMails(requests: readonly ApprovalRequested[], { to, delegations }: PersonalMail): Promise<ReadonlyMap<string, Due>> {
    const due = new Map<string, Due>(to.map((address) => [address, { about: [], urls: new Map() }]));
    for (const request of requests) {
      const addresses = to.filter((address) => !delivered.has(markOf(request, address)));
      const links = new Map((await newLinks(request, addresses, delegations)).map(({ address, secret }) => [address, secret]));
      for (const address of addresses) {
        const { about, urls } = due.get(address) as Due;
        about.push(request);
        const key = links.get(address);
        if (key !== undefined) urls.set(request.requestId, `${url}?${new URLSearchParams({ request: request.requestId, key })}`);
      }
    }
    return due;
  }

  function remember(address: string, about: readonly ApprovalRequested[]): void {
    if (delivered.size >= MAX_REMEMBERED) delivered.clear();
    for (const request of about) delivered.add(markOf(request, address));
  }

  return async (requests: readonly ApprovalRequested[], mail: PersonalMail): Promise<Sent> => {
    const outcomes: Sent[] = [];
    for (const [address, { about, urls }] of await dueMails(requests, mail)) {
      if (about.length === 0) continue;
      const outcome = mail.hasTime() ? await mail.send(address, about, urls) : "waiting";
      outcomes.push(outcome);
      if (outcome === "sent") remember(address, about);
    }
    if (outcomes.includes("waiting")) return "waiting";
    return outcomes.length > 0 && outcomes.every((outcome) => outcome === "refused") ? "refused" : "sent";
  };
}

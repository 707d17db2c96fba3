import type { Due, MadeMail } from "../../../adapters/mail/mail-delivery";
import type { Mail } from "../../../adapters/mail/send";
import { linkSecret } from "../../../adapters/system";
import { retryWrite } from "../../../adapters/tables/conditions";
import type { World } from "../../../adapters/world";
import type { ApprovalRequested } from "../build-event";
import type { Delegation } from "../delegation";
import { linkHolder, type MailLink, withMailSecrets } from "../mail-secret";
import type { ApprovalStore } from "../store/approvals";
import { newestOfEachRequest } from "./write-approver-mail";

/** Addresses of decision pages, by request id. */
type Links = ReadonlyMap<string, string>;

type MailOf = (requests: readonly ApprovalRequested[], address: string, links: Links) => Mail;

/**
 * Makes one mail for each approver, because each approver gets their own links. @param url address, without a query, of the page to which
 * the links lead
 */
export function makeMailsWithLinks({ clock }: Pick<World, "clock">, store: ApprovalStore, url: string) {
  /** Creates a link for each recipient who may decide, except the requester. Empty if the request no longer waits. */
  function createLinks(
    { requestId, reference }: ApprovalRequested,
    addresses: readonly string[],
    delegations: readonly Delegation[],
  ): Promise<readonly MailLink[]> {
    return retryWrite(async () => {
      const now = new Date(clock.now());
      const request = await store.get(requestId);
      if (request === undefined || request.reference !== reference) return [];
      const holders = addresses.flatMap((address) => linkHolder(request, address, delegations, now) ?? []);
      const links = holders.map((holder) => ({ ...holder, secret: linkSecret() }));
      const isKept = links.length === 0 || (await store.keepMailSecrets(request, withMailSecrets(request, links, now)));
      return isKept ? links : undefined;
    });
  }

  return async (
    due: Due<ApprovalRequested>,
    delegations: readonly Delegation[],
    mailOf: MailOf,
  ): Promise<readonly MadeMail<ApprovalRequested>[]> => {
    const urls = new Map([...due.keys()].map((address) => [address, new Map<string, string>()]));
    for (const request of newestOfEachRequest([...due.values()].flat())) {
      const { requestId } = request;
      const addresses = [...due].flatMap(([address, about]) => (about.some((each) => each.requestId === requestId) ? [address] : []));
      for (const { address, secret: key } of await createLinks(request, addresses, delegations))
        urls.get(address)?.set(requestId, `${url}?${new URLSearchParams({ request: requestId, key })}`);
    }
    return [...due].map(([address, about]) => ({ mail: mailOf(about, address, urls.get(address) ?? new Map()), about }));
  };
}

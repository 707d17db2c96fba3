import { readNamedPerson } from "../../../features/access-list/entry";
import type { ApprovalRequest } from "../../../features/approvals/request";
import { eraseFromSet } from "../../../features/person/store/list-history";
import type { ErasingStores } from "../../../features/person/store/stores";
import { kim } from "../approvals/requests";

it("an erasure removes the person's account from a change set's entries, even if no change names the account", async () => {
  const named = readNamedPerson("kim@contoso.com");
  if (named === undefined) throw new Error("An address.");
  const update = vi.fn(async () => true);
  const set = { id: "1", state: "done", kept: ["issuer:google.com/1184", "kim@contoso.com", "lee@contoso.com"] } as never;
  const asked = { identities: kim.identities } as ApprovalRequest;
  const store = { update } as unknown as ErasingStores["changeSets"];
  await eraseFromSet({ set, changes: [] }, named, [asked], store);
  expect(update).toHaveBeenCalledWith("1", { state: "done", upTo: undefined }, { erased: true, kept: ["lee@contoso.com"] });
});

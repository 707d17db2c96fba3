import { accountStore } from "../../../features/accounts/store/accounts";
import { accountNote } from "../../../features/accounts/worker/account-note";
import { memoryWorld } from "../../memory/world";
import { createKeyTable } from "../../support/key-table";
import { DAY, later, approved as request } from "../approvals/requests";

const ID = "a1b2";

it("notes the account of an approval once, and each later approval as another invitation", async () => {
  let now = later(0);
  const { world } = memoryWorld({
    settings: { ACCOUNTS_TABLE: "accounts" },
    clock: { now: () => now.getTime(), startTimer: () => () => 0 },
  });
  await createKeyTable(world.tables, "accounts", "accounts");
  const note = accountNote(world);
  const whats = async () => (await accountStore(world.tables, "accounts").get(ID))?.history.map(({ what }) => what);
  await note(request, ID.toUpperCase());
  await note(request, ID);
  expect(await whats()).toEqual(["arrived"]);
  now = later(DAY);
  const again = { ...request, decision: { ...request.decision, at: now.toISOString() } as never };
  await note(again, ID);
  await note(again, ID);
  expect(await whats()).toEqual(["arrived", "invited"]);
});

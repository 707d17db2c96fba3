import { accountStore } from "../../../features/accounts/store/accounts";
import { accountNote } from "../../../features/accounts/worker/account-note";
import { memoryWorld } from "../../memory/world";
import { createKeyTable } from "../../support/key-table";
import { DAY, later, approved as request } from "../approvals/requests";

const ID = "a1b2";

let now: Date;
async function start() {
  now = later(0);
  const { world } = memoryWorld({
    settings: { ACCOUNTS_TABLE: "accounts" },
    clock: { now: () => now.getTime(), startTimer: () => () => 0 },
  });
  await createKeyTable(world.tables, "accounts", "accounts");
  return { note: accountNote(world), read: () => accountStore(world.tables, "accounts").get(ID) };
}

it("notes the account of an approval once, and each later approval as another invitation", async () => {
  const { note, read } = await start();
  const whats = async () => (await read())?.history.map(({ what }) => what);
  await note(request, ID.toUpperCase());
  await note(request, ID);
  expect(await whats()).toEqual(["arrived"]);
  now = later(DAY);
  const again = { ...request, decision: { ...request.decision, at: now.toISOString() } as never };
  await note(again, ID);
  await note(again, ID);
  expect(await whats()).toEqual(["arrived", "invited"]);
});

it("notes the sponsor whom the run that made the account has set in Entra", async () => {
  const { note, read } = await start();
  const sponsored = { ...request, sponsor: "mina@contoso.com" };
  await note(sponsored, ID);
  expect(await read()).not.toHaveProperty("sponsorSet");
  for (const hasSetSponsor of [true, true, false]) await note(sponsored, ID, hasSetSponsor);
  expect(await read()).toMatchObject({ sponsor: "mina@contoso.com", sponsorTried: "mina@contoso.com", sponsorSet: "mina@contoso.com" });
  expect((await read())?.history.map(({ what }) => what)).toEqual(["arrived", "sponsored"]);
});

import { keyedHash } from "../../../../engine/sign-up/person";
import { accessEndedStore } from "../../../../features/expiry/store/ended";
import { memoryTables } from "../../../memory/tables";
import { createKeyTable } from "../../../support/key-table";
import { arrived, day } from "../../accounts/accounts";

it("deletes a row of ended access that was stored before a key rotation, by any spelling of the address", async () => {
  const tables = memoryTables();
  await createKeyTable(tables, "ledger", "ledger");
  const [hashOf, otherHashOf] = [keyedHash("new"), keyedHash("old")];
  await accessEndedStore(tables, "ledger", async () => ({ hashOf: otherHashOf })).note(arrived(), "disabled", day(180));
  const store = accessEndedStore(tables, "ledger", async () => ({ hashOf, otherHashOf }));
  expect(await store.forget({ email: "kim+1@contoso.com", gate: "partners" })).toBe(false);
  expect(await store.forget({ email: "kim+1@contoso.com" })).toBe(true);
  expect(await store.forget({ email: "kim@contoso.com" })).toBe(false);
});

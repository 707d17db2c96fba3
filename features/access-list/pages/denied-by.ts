import { toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../../console/app/visit";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { candidates, match } from "../match";

/** @param emailProven false: no allow of the address counts. @default true */
type Listed = Pick<SignUp, "email" | "identities" | "gate"> & { readonly emailProven?: boolean };

/** The entries that deny these people, read in one batch. Entries of classes, and allows of partners, are not looked at. */
export async function deniedBy<P extends Listed>({ world, now }: Visit, people: readonly P[]): Promise<ReadonlyMap<P, string>> {
  const found = await world.accessList.many(people.flatMap((each) => candidates(each, []).map(({ key }) => key)));
  const rowOf = (key: string) => {
    const item = found.get(key);
    return item && toRow(item);
  };
  return new Map(
    people.flatMap((each) => {
      const [first] = match(each, [], rowOf, now, each.emailProven).matches;
      return first?.effect === "deny" ? [[each, first.entry] as const] : [];
    }),
  );
}

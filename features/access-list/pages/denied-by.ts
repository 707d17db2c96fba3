import { toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../../console/app/visit";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { candidates, match } from "../match";
import { entryPath } from "./access-list-parts";

/** @param emailProven false: no allow of the address counts. @default true */
type Listed = Pick<SignUp, "email" | "identities" | "gate"> & { readonly emailProven?: boolean };

export interface NamedEntry {
  readonly entry: string;
  readonly path: string;
}

/** The entries that deny these people, read in one batch. Entries of classes, and allows of partners, are not looked at. */
export async function deniedBy<P extends Listed>({ world, now }: Visit, people: readonly P[]): Promise<ReadonlyMap<P, NamedEntry>> {
  const found = await world.accessList.many(people.flatMap((each) => candidates(each, []).map(({ key }) => key)));
  const rowOf = (key: string) => {
    const item = found.get(key);
    return item && toRow(item);
  };
  return new Map(
    people.flatMap((each) => {
      const [first] = match(each, [], rowOf, now, each.emailProven).matches;
      return first?.effect === "deny" ? [[each, { entry: first.entry, path: entryPath(first.entry) }] as const] : [];
    }),
  );
}

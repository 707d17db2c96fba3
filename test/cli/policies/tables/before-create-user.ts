import { accessList, beforeCreateUser, lookup, permittedValue, profiles } from "entra-gatehouse";

/** Looks into every table that cases can fill. */
export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    lookup(profiles({ trust: ["entra"] }), { notFound: "block" }),
    permittedValue("extension_Code", { maxUses: 1 }),
  ],
  { trust: "any" },
);

import { accessList, beforeCreateUser, limit } from "entra-gatehouse";

export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    limit({ by: "domain", windows: [{ max: 2, per: "1h" }] }),
    limit({ by: "network", windows: [{ max: 1, per: "1h" }] }),
  ],
  { trust: "any", admitsEverybody: "A policy of the tests." },
);

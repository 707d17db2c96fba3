import { accessList, beforeCreateUser, block, defineRule, limit, mailFacts, pass } from "entra-gatehouse";

const takesMail = defineRule("takes-mail", ({ findings }) => (findings.mx === "no" ? block("mail.none") : pass()), { consumes: ["mx"] });

/** A draft that judges by what was found of domains. */
export default beforeCreateUser(
  [accessList({ otherwise: "continue" }), mailFacts(), takesMail, limit({ by: "mailHost", windows: [{ max: 1, per: "1d" }] })],
  { trust: "any" },
);

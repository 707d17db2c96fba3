import { accessList, beforeCreateUser, defineRule, limit, mailFacts } from "entra-gatehouse";

const takesMail = defineRule({
  name: "takes-mail",
  consumes: ["mx"],
  decide: (_, { findings }) => (findings.mx === "no" ? { kind: "block", reason: "mail.none" } : { kind: "continue" }),
});

/** A draft that judges by what was found of domains. */
export default beforeCreateUser([
  accessList({ otherwise: "continue" }),
  mailFacts(),
  takesMail,
  limit({ by: "mailHost", windows: [{ max: 1, per: "1d" }] }),
]);

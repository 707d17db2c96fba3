import { accessList, beforeCreateUser, limit, requestApproval } from "entra-gatehouse";

/**
 * Whom the list allows always gets in. Of any other domain, twenty people an hour sign up by themselves, then an approver decides;
 * nobody else gets in once three hundred have within an hour.
 */
export default beforeCreateUser([
  accessList({ otherwise: "continue" }),
  limit({ by: "gate", windows: [{ max: 300, per: "1h" }] }),
  limit({
    by: "domain",
    windows: [
      { max: 20, per: "1h" },
      { max: 60, per: "1d" },
    ],
    then: "approval",
  }),
  requestApproval({ when: "referred" }),
]);

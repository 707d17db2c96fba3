import { accessList, beforeCreateUser, format, requestApproval, titleCase } from "entra-gatehouse";

/** People that the list allows pass, those it denies are blocked; everyone else waits for an approver, and then gets an account. */
export default beforeCreateUser([
  format({ displayName: titleCase }),
  accessList({ otherwise: "continue" }),
  requestApproval({ unless: ({ findings }) => findings.listed === "allow" }),
]);

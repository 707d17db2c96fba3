import { accessList, beforeCreateUser, onlyApplications, requestApproval } from "entra-gatehouse";

const SHOP = "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33";
const PORTAL = "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11";

/** The shop is open to everybody that the list does not deny; the partner portal wants approval of those it does not allow. */
export default beforeCreateUser(
  [
    onlyApplications([SHOP, PORTAL]),
    accessList({ otherwise: "continue" }),
    requestApproval({ when: ({ signUp, findings }) => signUp.application?.id === PORTAL && findings.listed !== "allow" }),
  ],
  { trust: ["mail", "google.com"] },
);

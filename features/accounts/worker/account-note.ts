export { madeAccounts as accountNote } from "./account-rows";

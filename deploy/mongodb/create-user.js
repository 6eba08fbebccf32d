// Create the user of the service with the role of role.json, which cannot change the audit.
// The image of MongoDB runs this once, when its data folder is new, in the database that the service uses.
const role = JSON.parse(require("fs").readFileSync("/docker-entrypoint-initdb.d/role.json", "utf8"));
db.createRole(role);
db.createUser({ user: "profile-lookup", pwd: process.env.MONGODB_PASSWORD, roles: [role.role] });

/** What no program behind the wall sees of the system: passwords, and sockets that start programs as somebody else. */
export const hiddenOfSystem: readonly string[] = [
  "/etc/shadow",
  "/etc/shadow-",
  "/etc/gshadow",
  "/etc/gshadow-",
  "/etc/krb5.keytab",
  "/etc/ssl/private",
  "/etc/rancher",
  "/etc/kubernetes",
  "/var/lib/docker",
  "/var/lib/containerd",
  "/var/lib/kubelet",
];

/** Sockets of databases, which checks need; programs are not started by way of them. */
export const localDatabases: readonly string[] = [
  "/run/postgresql",
  "/run/mysqld",
  "/run/mysql",
  "/run/redis",
  "/run/memcached",
  "/run/mongodb",
];

const config = [
  "gh hub glab-cli git/credentials gcloud doctl heroku netlify configstore stripe op 1Password Bitwarden",
  "keepassxc rclone sops age ngrok hcloud linode-cli openstack containers/auth.json helm/registry NuGet pip",
  "pypoetry/auth.toml composer/auth.json filezilla remmina rustdesk syncthing tailscale wireguard vault",
  "google-chrome google-chrome-beta google-chrome-unstable chromium BraveSoftware vivaldi microsoft-edge opera",
  "Slack discord Signal Element Code Cursor github-copilot evolution geary kwalletrc zed",
].flatMap((line) => line.split(" "));
const share = [
  "keyrings kwalletd gnome-keyring TelegramDesktop fish/fish_history atuin containers evolution geary gopass pass",
  "pki",
].flatMap((line) => line.split(" "));
const library = [
  "Keychains Cookies Safari Mail Messages Containers Accounts IdentityServices Suggestions Calendars",
].flatMap((line) => line.split(" "));
const spaced = [
  ".config/Bitwarden CLI",
  "Library/Group Containers",
  "Library/Mobile Documents",
  "Library/Application Support/Google",
  "Library/Application Support/Firefox",
  "Library/Application Support/BraveSoftware",
  "Library/Application Support/Slack",
  "Library/Application Support/AddressBook",
  "Library/Application Support/1Password",
  "Library/Application Support/Code",
];
const home = [
  ".ssh .gnupg .aws .azure .kube .docker .podman .minikube .k3d .colima .lima .orbstack .rd .1password",
  ".password-store .pki .age .netrc _netrc .authinfo .npmrc .yarnrc .yarnrc.yml .pypirc .git-credentials .pgpass",
  ".my.cnf .mylogin.cnf .mysql_login.cnf .wrangler .vault-token .terraform.d .terraformrc .pulumi .boto .s3cfg .oci .fly .heroku",
  ".gem/credentials .bundle/config .cargo/credentials .cargo/credentials.toml .hex/hex.config .m2/settings.xml",
  ".m2/settings-security.xml .gradle/gradle.properties .gradle/init.d .sbt/.credentials .nuget/NuGet",
  ".composer/auth.json .databrickscfg .snowflake .snowsql .kaggle .huggingface .cache/huggingface/token .jupyter",
  ".ipython/profile_default/history.sqlite .bitcoin .ethereum .electrum .mozilla .thunderbird .var/app",
  "snap/firefox snap/chromium snap/thunderbird .config/systemd .config/environment.d .sdkman/etc/credentials",
  ".rhosts .mailrc Mail Maildir .viminfo .local/state/nvim/shada .local/state/bash .local/state/zsh .lesshst",
  ".wget-hsts",
].flatMap((line) => line.split(" "));

/** Secrets of a person, below the home: keys, logins, browsers, mail, what was typed. */
export const hiddenInHome: readonly string[] = [
  ...home,
  ...config.map((name) => `.config/${name}`),
  ...share.map((name) => `.local/share/${name}`),
  ...library.map((name) => `Library/${name}`),
  ...spaced,
];

const secretName =
  /hist(?:ory|file)?$|_history|token|secret|credential|passw|^\.env(?:\.|$)|\.(?:pem|key|p12|pfx|kdbx)$/i;

/** Of the names in a home those that are secrets by their name: what a shell has been told, tokens, keys. */
export const secretNames = (names: readonly string[]): readonly string[] =>
  names.filter((name) => (name.startsWith(".") || /\.(?:pem|key|p12|pfx|kdbx)$/i.test(name)) && secretName.test(name));

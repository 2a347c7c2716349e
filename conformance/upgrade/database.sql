-- Written by Vitrine of commit 0678b77: conformance/upgrade.sh make. Its keys and passwords are of no other use.
CREATE FUNCTION public.members_up_to(counted_image uuid, maximum bigint) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
begin
  perform 1 from image i where i.image_id = counted_image for no key update;
  return (select count(*) from (select from image_member m where m.image_id = counted_image limit maximum) upto);
end
$$;
CREATE TABLE public.access_key (
    access_key_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    encrypted_secret bytea NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.deleted_image (
    image_id uuid NOT NULL,
    owner text COLLATE pg_catalog."C",
    blob_key text COLLATE pg_catalog."C",
    deleted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.domain (
    domain_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    account_user_id text COLLATE pg_catalog."C",
    authorization_version bigint DEFAULT 1 NOT NULL,
    tokens_valid_from timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.enterprise_project (
    domain_id text NOT NULL COLLATE pg_catalog."C",
    enterprise_project_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.flyway_schema_history (
    installed_rank integer NOT NULL,
    version character varying(50),
    description character varying(200) NOT NULL,
    type character varying(20) NOT NULL,
    script character varying(1000) NOT NULL,
    checksum integer,
    installed_by character varying(100) NOT NULL,
    installed_on timestamp without time zone DEFAULT now() NOT NULL,
    execution_time integer NOT NULL,
    success boolean NOT NULL
);
CREATE TABLE public.group_member (
    group_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.image (
    image_id uuid NOT NULL,
    owner text COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    status text NOT NULL,
    visibility text NOT NULL,
    protected boolean DEFAULT false NOT NULL,
    hidden boolean DEFAULT false NOT NULL,
    min_disk integer DEFAULT 0 NOT NULL,
    min_ram integer DEFAULT 0 NOT NULL,
    disk_format text COLLATE pg_catalog."C",
    container_format text COLLATE pg_catalog."C",
    blob_key text COLLATE pg_catalog."C",
    size bigint,
    virtual_size bigint,
    md5 text COLLATE pg_catalog."C",
    sha512 text COLLATE pg_catalog."C",
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    properties jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    enterprise_project_id text DEFAULT '0'::text NOT NULL COLLATE pg_catalog."C",
    encrypted boolean GENERATED ALWAYS AS (jsonb_exists(properties, '__system__cmkid'::text)) STORED NOT NULL,
    whole_machine boolean GENERATED ALWAYS AS ((COALESCE((properties ->> '__whole_image'::text), ''::text) = 'true'::text)) STORED NOT NULL,
    private_since timestamp with time zone,
    CONSTRAINT image_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'uploading'::text, 'active'::text, 'deactivated'::text]))),
    CONSTRAINT image_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'community'::text, 'shared'::text, 'private'::text])))
);
CREATE TABLE public.image_member (
    image_id uuid NOT NULL,
    member_id text NOT NULL COLLATE pg_catalog."C",
    member_type text DEFAULT 'project'::text NOT NULL,
    status text NOT NULL,
    vault_id text,
    created_by text COLLATE pg_catalog."C",
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    image_created_at timestamp with time zone NOT NULL,
    CONSTRAINT image_member_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'accepted'::text, 'rejected'::text])))
);
CREATE TABLE public.image_task (
    image_id uuid NOT NULL,
    task_id text NOT NULL COLLATE pg_catalog."C",
    owner text COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    request_id text NOT NULL,
    method text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.job (
    job_id text NOT NULL COLLATE pg_catalog."C",
    project_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    members text[] NOT NULL,
    status text,
    vault_id text,
    atomic boolean NOT NULL,
    idempotency_key text COLLATE pg_catalog."C",
    request_hash text NOT NULL COLLATE pg_catalog."C",
    request_id text NOT NULL,
    submitted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT job_kind_check CHECK ((kind = ANY (ARRAY['add'::text, 'update'::text, 'remove'::text]))),
    CONSTRAINT job_status_check CHECK ((status = ANY (ARRAY['accepted'::text, 'rejected'::text])))
);
CREATE TABLE public.job_image (
    image_id uuid NOT NULL,
    job_id text NOT NULL COLLATE pg_catalog."C",
    "position" integer NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    started_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    done_at timestamp with time zone
);
CREATE TABLE public.job_pair (
    image_id uuid NOT NULL,
    job_id text NOT NULL COLLATE pg_catalog."C",
    member_id text NOT NULL COLLATE pg_catalog."C",
    "position" integer NOT NULL,
    outcome text NOT NULL
);
CREATE TABLE public.key_fingerprint (
    only_row boolean DEFAULT true NOT NULL,
    fingerprint text NOT NULL,
    CONSTRAINT key_fingerprint_only_row_check CHECK (only_row)
);
CREATE TABLE public.member_event (
    image_id uuid NOT NULL,
    event_id bigint NOT NULL,
    member_id text NOT NULL COLLATE pg_catalog."C",
    from_status text,
    to_status text,
    actor text NOT NULL COLLATE pg_catalog."C",
    cause text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE public.member_event ALTER COLUMN event_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.member_event_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.project (
    project_id text NOT NULL COLLATE pg_catalog."C",
    domain_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    tokens_valid_from timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.revoked_token (
    audit_id text NOT NULL COLLATE pg_catalog."C",
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.role (
    role_id text NOT NULL COLLATE pg_catalog."C",
    domain_id text COLLATE pg_catalog."C",
    name text NOT NULL,
    description text,
    document json DEFAULT '{"Version": "1.1", "Statement": []}'::json NOT NULL,
    shipped boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    display_name text,
    description_cn text,
    type text DEFAULT 'XA'::text NOT NULL,
    custom_number integer,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT role_custom_number_check CHECK ((custom_number > 0)),
    CONSTRAINT role_type_check CHECK ((type = ANY (ARRAY['XA'::text, 'AX'::text])))
);
CREATE TABLE public.role_grant (
    domain_id text NOT NULL COLLATE pg_catalog."C",
    scope_kind text NOT NULL,
    scope_id text NOT NULL COLLATE pg_catalog."C",
    principal_kind text NOT NULL,
    principal_id text NOT NULL COLLATE pg_catalog."C",
    role_id text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT role_grant_principal_kind_check CHECK ((principal_kind = ANY (ARRAY['user'::text, 'group'::text]))),
    CONSTRAINT role_grant_scope_kind_check CHECK ((scope_kind = ANY (ARRAY['project'::text, 'inherited'::text, 'domain'::text, 'enterprise_project'::text])))
);
CREATE TABLE public.user_account (
    user_id text NOT NULL COLLATE pg_catalog."C",
    domain_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    description text,
    email text,
    enabled boolean DEFAULT true NOT NULL,
    password_hash text,
    default_project_id text COLLATE pg_catalog."C",
    tokens_valid_from timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE VIEW public.user_grant AS
 SELECT role_grant.principal_id AS user_id,
    role_grant.domain_id,
    role_grant.scope_kind,
    role_grant.scope_id,
    role_grant.role_id,
    role_grant.principal_kind,
    role_grant.principal_id
   FROM public.role_grant
  WHERE (role_grant.principal_kind = 'user'::text)
UNION ALL
 SELECT m.user_id,
    g.domain_id,
    g.scope_kind,
    g.scope_id,
    g.role_id,
    g.principal_kind,
    g.principal_id
   FROM (public.group_member m
     JOIN public.role_grant g ON (((g.principal_kind = 'group'::text) AND (g.principal_id = m.group_id))));
CREATE VIEW public.user_domain AS
 SELECT user_grant.user_id,
    user_grant.domain_id
   FROM public.user_grant
  WHERE (user_grant.scope_kind = 'domain'::text)
UNION
 SELECT domain.account_user_id AS user_id,
    domain.domain_id
   FROM public.domain
  WHERE (domain.account_user_id IS NOT NULL);
CREATE TABLE public.user_group (
    group_id text NOT NULL COLLATE pg_catalog."C",
    domain_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE VIEW public.user_project AS
 SELECT g.user_id,
    p.project_id
   FROM (public.user_grant g
     JOIN public.project p ON (((p.domain_id = g.domain_id) AND ((g.scope_kind = ANY (ARRAY['inherited'::text, 'enterprise_project'::text])) OR ((g.scope_kind = 'project'::text) AND (g.scope_id = p.project_id))))))
UNION
 SELECT d.account_user_id AS user_id,
    p.project_id
   FROM (public.domain d
     JOIN public.project p ON ((p.domain_id = d.domain_id)))
  WHERE (d.account_user_id IS NOT NULL);
INSERT INTO public.access_key VALUES
	('X2FFS9TXP4LEIA44MXP9', '68684f4a253359a40f8bae50f15fdbf1', '\x7b8d63adf650c926c227ce06131adcb260493f0e8cb89a07eb12b38286c98ae986c711c468d9918f8523f61cfb355e1d31e2317d29216952408b01b726a4708f638aa7ba', 'of ann', true, '2026-11-29 20:52:33.026941+00');
INSERT INTO public.deleted_image VALUES
	('44642e47-6ba9-40b8-a91f-9e24c92df286', '5859eadd5bb2611c7a1c2cca4b35cd72', NULL, '2026-11-29 20:52:31.651009+00');
INSERT INTO public.domain VALUES
	('default', 'Default', 'The default domain', true, NULL, 1, '-infinity', '2026-11-29 20:52:27.929535+00'),
	('76e46705abf9aa601c6c530481178ad9', 'acme', '', true, NULL, 4, '-infinity', '2026-11-29 20:52:31.807668+00'),
	('edc03cad3852cbe8376636322540517d', 'alice', '', true, '5a7183967a03502393ab9baac6ed00a2', 2, '-infinity', '2026-11-29 20:52:28.392283+00'),
	('518749f2b88b3d4a3e9476b0fd3304e4', 'bob', '', true, '324809b2bb0f850eb0288be3673fcf3f', 2, '-infinity', '2026-11-29 20:52:28.671066+00');
INSERT INTO public.enterprise_project VALUES
	('edc03cad3852cbe8376636322540517d', '101dffcb27d4bfed9de7c9aff92a6cf3', 'north', '', true, '2026-11-29 20:52:33.309312+00', '2026-11-29 20:52:33.309312+00');
INSERT INTO public.flyway_schema_history VALUES
	(1, '1', 'identity images members', 'SQL', 'V1__identity_images_members.sql', -1920793021, 'test', '2026-11-29 20:52:27.246602', 162, true),
	(2, '2', 'policies enterprise projects access keys', 'SQL', 'V2__policies_enterprise_projects_access_keys.sql', 1792850909, 'test', '2026-11-29 20:52:27.45477', 71, true),
	(3, '3', 'jobs', 'SQL', 'V3__jobs.sql', -843419446, 'test', '2026-11-29 20:52:27.56707', 90, true),
	(4, '4', 'unique by the image', 'SQL', 'V4__unique_by_the_image.sql', 1659684256, 'test', '2026-11-29 20:52:27.698146', 23, true),
	(5, '5', 'all images by time', 'SQL', 'V5__all_images_by_time.sql', 2016462174, 'test', '2026-11-29 20:52:27.74304', 5, true);
INSERT INTO public.group_member VALUES
	('9c5b63b3b97a367131550ab5a4045705', '68684f4a253359a40f8bae50f15fdbf1');
INSERT INTO public.image VALUES
	('cdac5bc8-99c5-4330-95a8-c36430ce8d20', '5859eadd5bb2611c7a1c2cca4b35cd72', 'golden', 'active', 'shared', false, false, 0, 0, 'raw', 'bare', '7f988f6bb7484e1a93cd83573188f76f', 6, 6, 'c773fdef3889bdadbe809f1e8aaeea46', '5bc31b0567290cd4dbdb6c5c9c441480e2412d8f1edd7842d9f08d2d1dc8e06c2fcc60e35f971084b393ce7ae358ecd5e8a4a46e3bfacf0d53fd456a3ab98dee', '{v1}', '{"os_distro": "debian"}', '2026-11-29 20:52:31.254905+00', '2026-11-29 20:52:31.31845+00', '0', DEFAULT, DEFAULT, NULL),
	('66cf693f-bf5f-43b8-85b4-115629a5db19', '5859eadd5bb2611c7a1c2cca4b35cd72', 'draft', 'queued', 'private', false, false, 0, 0, 'raw', 'bare', NULL, NULL, NULL, NULL, NULL, '{v1}', '{"os_distro": "debian"}', '2026-11-29 20:52:31.335421+00', '2026-11-29 20:52:31.335421+00', '0', DEFAULT, DEFAULT, NULL),
	('d4ac5f75-b6b5-4907-90b5-fdbb7ccbb99a', '5859eadd5bb2611c7a1c2cca4b35cd72', 'open', 'active', 'community', false, false, 0, 0, 'raw', 'bare', 'a4328068229940dbb17c121f93ff6eab', 4, 4, '7cef8a734855777c2a9d0caf42666e69', 'fbda8fe18e9761785da66d4839b02e9b71363bf9a432499e95c164bcc9586a7221075b93680286b56276d9559b783275c4122e3ce627f530c88bb3fee7b7d1cf', '{v1}', '{"os_distro": "debian"}', '2026-11-29 20:52:31.365213+00', '2026-11-29 20:52:31.400854+00', '0', DEFAULT, DEFAULT, NULL),
	('564d569b-3b1b-4bc2-9ff7-d6b0dbe8f485', '5859eadd5bb2611c7a1c2cca4b35cd72', 'offered', 'active', 'shared', false, false, 0, 0, 'raw', 'bare', '4afd8c6675b84eefa3128e466d2cdcc2', 7, 7, '093d77fd68d888394c557ffd2c0fcff0', 'b047a10ebac437d9980a8924f5127325dc28c806e14d4c9022c8465e67d9c80eb2b5a54f86c20bb719f54ae1fbc8faf5370414ba117b5cd1841962daf39e97d0', '{v1}', '{"os_distro": "debian"}', '2026-11-29 20:52:31.41419+00', '2026-11-29 20:52:31.4403+00', '0', DEFAULT, DEFAULT, NULL),
	('09d77554-c452-4c5c-87cb-95caa5a56699', '5859eadd5bb2611c7a1c2cca4b35cd72', 'declined', 'active', 'shared', false, false, 0, 0, 'raw', 'bare', '0450d62d389b4bcd89b66ef568b53918', 8, 8, '59e6b9e272eca41f44360ca9b264e57e', 'bd9e7b9f9dc540e0ffcc88210d05cc4c78dafdbbd4d1284256f3764d142e32ad8a53dbfd43c2d4a481d4afab46060e2768a78992a66868107e25618ac029ff03', '{v1}', '{"os_distro": "debian"}', '2026-11-29 20:52:31.44865+00', '2026-11-29 20:52:31.468911+00', '0', DEFAULT, DEFAULT, NULL),
	('83696d92-f148-4519-bed4-e3fc166b5449', '5859eadd5bb2611c7a1c2cca4b35cd72', 'asleep', 'deactivated', 'private', false, false, 0, 0, 'raw', 'bare', 'e550cbf23e144d48a3b2b4934def12b0', 6, 6, 'efdf8d1b7982706502aab0844b27b66c', 'bfe25f2fde6f2f1c1b0a3283e3a493e987a44b35a0c327ec64bfad88722cdaa58403a60bcbc0bf1ac8a940da9a424b2972153f6e8f6a037c6c40eb14e7e9a91d', '{v1}', '{"os_distro": "debian"}', '2026-11-29 20:52:31.493626+00', '2026-11-29 20:52:31.63443+00', '0', DEFAULT, DEFAULT, NULL),
	('b56da45c-9801-4306-8581-7dcfa75e7d66', '5859eadd5bb2611c7a1c2cca4b35cd72', 'batch1', 'active', 'shared', false, false, 0, 0, 'raw', 'bare', '5b074e3b62ce45bc85f1bedc96fe0c2e', 6, 6, '9bd68af0f897bbff12c2131337fbae38', 'ddccf349d1811cb240254321af4689339ba5253fdca22e129667d819527b624a32a7e72f2be2c00c9be0b2ebe8ab2610fe5928ea36cae7b2c39d89dd91072b82', '{v1}', '{"os_distro": "debian"}', '2026-11-29 20:52:31.515647+00', '2026-11-29 20:52:31.681787+00', '0', DEFAULT, DEFAULT, NULL),
	('61440108-1fdd-4a9a-a624-2a2f33f3640e', '5859eadd5bb2611c7a1c2cca4b35cd72', 'batch2', 'active', 'shared', false, false, 0, 0, 'raw', 'bare', '22fc02efb50245fdb44d30bdd6051abe', 6, 6, 'b8d93639454de57a3995f8385e13aec6', 'a501bfea0742189137cdabf840e40f9d3717b460a37af75b42adb91b7ea7a7f043ebe07bd01b235752479c560001c92890ee7e4a5dea5441669aa3f6c6baabf1', '{v1}', '{"os_distro": "debian"}', '2026-11-29 20:52:31.535778+00', '2026-11-29 20:52:31.684759+00', '0', DEFAULT, DEFAULT, NULL);
INSERT INTO public.image_member VALUES
	('cdac5bc8-99c5-4330-95a8-c36430ce8d20', '1e0bcce855d8fc115f2854d35cd629c7', 'project', 'accepted', NULL, '5a7183967a03502393ab9baac6ed00a2', '2026-11-29 20:52:31.568411+00', '2026-11-29 20:52:31.582389+00', '2026-11-29 20:52:31.254905+00'),
	('564d569b-3b1b-4bc2-9ff7-d6b0dbe8f485', '1e0bcce855d8fc115f2854d35cd629c7', 'project', 'pending', NULL, '5a7183967a03502393ab9baac6ed00a2', '2026-11-29 20:52:31.598891+00', '2026-11-29 20:52:31.598891+00', '2026-11-29 20:52:31.41419+00'),
	('09d77554-c452-4c5c-87cb-95caa5a56699', '1e0bcce855d8fc115f2854d35cd629c7', 'project', 'rejected', NULL, '5a7183967a03502393ab9baac6ed00a2', '2026-11-29 20:52:31.60506+00', '2026-11-29 20:52:31.61358+00', '2026-11-29 20:52:31.44865+00'),
	('b56da45c-9801-4306-8581-7dcfa75e7d66', '1e0bcce855d8fc115f2854d35cd629c7', 'project', 'pending', NULL, '5a7183967a03502393ab9baac6ed00a2', '2026-11-29 20:52:31.684321+00', '2026-11-29 20:52:31.684321+00', '2026-11-29 20:52:31.515647+00'),
	('61440108-1fdd-4a9a-a624-2a2f33f3640e', '1e0bcce855d8fc115f2854d35cd629c7', 'project', 'pending', NULL, '5a7183967a03502393ab9baac6ed00a2', '2026-11-29 20:52:31.687765+00', '2026-11-29 20:52:31.687765+00', '2026-11-29 20:52:31.535778+00');
INSERT INTO public.image_task VALUES
	('d4ac5f75-b6b5-4907-90b5-fdbb7ccbb99a', '6e3405ad-6603-4cc5-948d-3f6661392cc4', '5859eadd5bb2611c7a1c2cca4b35cd72', '5a7183967a03502393ab9baac6ed00a2', 'req-cc3e9aeb-69f5-4ca9-ba90-4f602a423736', 'glance-direct', '2026-11-29 20:52:31.400899+00', '2026-11-29 20:52:31.400899+00');
INSERT INTO public.job VALUES
	('7bf26ca6fb3a3d7a4cb5c6388011f9b7', '5859eadd5bb2611c7a1c2cca4b35cd72', '5a7183967a03502393ab9baac6ed00a2', 'add', '{1e0bcce855d8fc115f2854d35cd629c7}', NULL, NULL, false, NULL, '17d252049af65666c6cf98c9730f3ed2bac57885c7cdc23e36e4453c7d1e3591', 'req-bff68712-14e0-40b5-a033-cf6efdab5f06', '2026-11-29 20:52:31.67007+00', '2026-11-29 20:52:31.687739+00');
INSERT INTO public.job_image VALUES
	('b56da45c-9801-4306-8581-7dcfa75e7d66', '7bf26ca6fb3a3d7a4cb5c6388011f9b7', 1, 0, '2026-11-29 20:52:31.674665+00', 0, '2026-11-29 20:52:31.684293+00'),
	('61440108-1fdd-4a9a-a624-2a2f33f3640e', '7bf26ca6fb3a3d7a4cb5c6388011f9b7', 2, 0, '2026-11-29 20:52:31.679253+00', 0, '2026-11-29 20:52:31.687739+00');
INSERT INTO public.job_pair VALUES
	('b56da45c-9801-4306-8581-7dcfa75e7d66', '7bf26ca6fb3a3d7a4cb5c6388011f9b7', '1e0bcce855d8fc115f2854d35cd629c7', 1, 'success'),
	('61440108-1fdd-4a9a-a624-2a2f33f3640e', '7bf26ca6fb3a3d7a4cb5c6388011f9b7', '1e0bcce855d8fc115f2854d35cd629c7', 1, 'success');
INSERT INTO public.key_fingerprint VALUES
	(true, '21066508072b59ef26bf343f6efbae795255083742a1c81cbfdf441187ec14b2');
INSERT INTO public.member_event OVERRIDING SYSTEM VALUE VALUES
	('cdac5bc8-99c5-4330-95a8-c36430ce8d20', 1, '1e0bcce855d8fc115f2854d35cd629c7', NULL, 'pending', '5a7183967a03502393ab9baac6ed00a2', 'req-f80fb42f-5789-4a52-a640-e2940f7a6386', '2026-11-29 20:52:31.568674+00'),
	('cdac5bc8-99c5-4330-95a8-c36430ce8d20', 2, '1e0bcce855d8fc115f2854d35cd629c7', 'pending', 'accepted', '324809b2bb0f850eb0288be3673fcf3f', 'req-459e8f5f-0715-4348-a609-71c63b281834', '2026-11-29 20:52:31.582452+00'),
	('564d569b-3b1b-4bc2-9ff7-d6b0dbe8f485', 3, '1e0bcce855d8fc115f2854d35cd629c7', NULL, 'pending', '5a7183967a03502393ab9baac6ed00a2', 'req-4830a460-9d65-4dbc-b88f-8195dd180501', '2026-11-29 20:52:31.598945+00'),
	('09d77554-c452-4c5c-87cb-95caa5a56699', 4, '1e0bcce855d8fc115f2854d35cd629c7', NULL, 'pending', '5a7183967a03502393ab9baac6ed00a2', 'req-7ac96a30-e576-4222-b403-8867bb67ef2e', '2026-11-29 20:52:31.605102+00'),
	('09d77554-c452-4c5c-87cb-95caa5a56699', 5, '1e0bcce855d8fc115f2854d35cd629c7', 'pending', 'rejected', '324809b2bb0f850eb0288be3673fcf3f', 'req-64130f23-45a1-45fb-a3d7-e81fc524aa22', '2026-11-29 20:52:31.613651+00'),
	('b56da45c-9801-4306-8581-7dcfa75e7d66', 6, '1e0bcce855d8fc115f2854d35cd629c7', NULL, 'pending', '5a7183967a03502393ab9baac6ed00a2', '7bf26ca6fb3a3d7a4cb5c6388011f9b7', '2026-11-29 20:52:31.684383+00'),
	('61440108-1fdd-4a9a-a624-2a2f33f3640e', 7, '1e0bcce855d8fc115f2854d35cd629c7', NULL, 'pending', '5a7183967a03502393ab9baac6ed00a2', '7bf26ca6fb3a3d7a4cb5c6388011f9b7', '2026-11-29 20:52:31.687834+00');
INSERT INTO public.project VALUES
	('1001b7e6c8186ba7389b1387a51a9c0d', 'default', 'admin', '', true, '-infinity', '2026-11-29 20:52:28.38167+00'),
	('5859eadd5bb2611c7a1c2cca4b35cd72', 'edc03cad3852cbe8376636322540517d', 'RegionOne', '', true, '-infinity', '2026-11-29 20:52:28.669772+00'),
	('1e0bcce855d8fc115f2854d35cd629c7', '518749f2b88b3d4a3e9476b0fd3304e4', 'RegionOne', '', true, '-infinity', '2026-11-29 20:52:28.869799+00'),
	('7d7aa56147483310a45177087aaf2ed5', '76e46705abf9aa601c6c530481178ad9', 'build', '', true, '-infinity', '2026-11-29 20:52:31.817306+00');
INSERT INTO public.revoked_token VALUES
	('Pikfo13kDvOPwYaSaSvs3w', '2126-11-05 20:52:33.320519+00');
INSERT INTO public.role VALUES
	('9e97faaf92c76a91b060f83588f6d14b', NULL, 'admin', NULL, '{
  "Version": "1.1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ims:*:*", "iam:*:*", "eps:*:*"]
    }
  ]
}
', true, '2026-11-29 20:52:27.913037+00', 'admin', NULL, 'XA', NULL, '2026-11-29 20:52:27.913038+00'),
	('585da99adce3f7b8a1003a1151a3f968', NULL, 'manager', NULL, '{
  "Version": "1.1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ims:*:*"]
    }
  ]
}
', true, '2026-11-29 20:52:27.914741+00', 'manager', NULL, 'XA', NULL, '2026-11-29 20:52:27.914741+00'),
	('63b558d4747693396491eccf662f6b25', NULL, 'member', NULL, '{
  "Version": "1.1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ims:*:*"]
    }
  ]
}
', true, '2026-11-29 20:52:27.918177+00', 'member', NULL, 'XA', NULL, '2026-11-29 20:52:27.918177+00'),
	('2753b99a993bf051c1db0143f9f5df20', NULL, 'reader', NULL, '{
  "Version": "1.1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ims:*:get*", "ims:*:list*"]
    }
  ]
}
', true, '2026-11-29 20:52:27.919824+00', 'reader', NULL, 'XA', NULL, '2026-11-29 20:52:27.919824+00'),
	('efaca8ee41c0b29590eba317106079b6', NULL, 'te_admin', NULL, '{
  "Version": "1.0",
  "Statement": [
    {
      "Effect": "Allow",
      "NotAction": ["iam:*:*"]
    }
  ]
}
', true, '2026-11-29 20:52:27.921887+00', 'Tenant Administrator', NULL, 'XA', NULL, '2026-11-29 20:52:27.921888+00'),
	('21e38b819e5a3710f92aa51413907669', NULL, 'readonly', NULL, '{
  "Version": "1.0",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ims:*:get*", "ims:*:list*", "eps:*:get*", "eps:*:list*"]
    }
  ]
}
', true, '2026-11-29 20:52:27.923301+00', 'Tenant Guest', NULL, 'XA', NULL, '2026-11-29 20:52:27.923301+00'),
	('2ef2d67df6a9bfa8eca9d6f11809c046', NULL, 'Server Administrator', NULL, '{
  "Version": "1.0",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ims:images:*", "ims:serverImages:create"]
    }
  ],
  "Depends": [{"catalog": "IMS", "display_name": "IMS Administrator"}]
}
', true, '2026-11-29 20:52:27.924585+00', 'Server Administrator', NULL, 'XA', NULL, '2026-11-29 20:52:27.924585+00'),
	('99a43f529ce846d54a8b3661d427de4f', NULL, 'IMS Administrator', NULL, '{
  "Version": "1.0",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ims:*:*"]
    }
  ],
  "Depends": [{"catalog": "BASE", "display_name": "Tenant Administrator"}]
}
', true, '2026-11-29 20:52:27.925476+00', 'IMS Administrator', NULL, 'XA', NULL, '2026-11-29 20:52:27.925476+00'),
	('0deda865cefb3186fabb423f6ec0a7ac', NULL, 'IMS FullAccess', NULL, '{
  "Version": "1.1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ims:*:*", "ecs:*:list", "ecs:*:get", "evs:*:get"]
    }
  ]
}
', true, '2026-11-29 20:52:27.926553+00', 'IMS FullAccess', NULL, 'XA', NULL, '2026-11-29 20:52:27.926553+00'),
	('da920591672935f9fec56b34fac8455a', NULL, 'IMS ReadOnlyAccess', NULL, '{
  "Version": "1.1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ims:*:get*", "ims:*:list*"]
    }
  ]
}
', true, '2026-11-29 20:52:27.927667+00', 'IMS ReadOnlyAccess', NULL, 'XA', NULL, '2026-11-29 20:52:27.927668+00'),
	('76da4b54f71b5e8b8401129bb46ee522', 'edc03cad3852cbe8376636322540517d', 'custom_edc03cad3852cbe8376636322540517d_1', '', '{"Version":"1.1","Statement":[{"Effect":"Deny","Action":["ims:images:delete"]}]}', false, '2026-11-29 20:52:33.272719+00', 'no-deletion', NULL, 'XA', 1, '2026-11-29 20:52:33.272719+00');
INSERT INTO public.role_grant VALUES
	('default', 'project', '1001b7e6c8186ba7389b1387a51a9c0d', 'user', '633b9bd8e2715dd613796701de2007ad', '9e97faaf92c76a91b060f83588f6d14b'),
	('default', 'domain', 'default', 'user', '633b9bd8e2715dd613796701de2007ad', '9e97faaf92c76a91b060f83588f6d14b'),
	('edc03cad3852cbe8376636322540517d', 'project', '5859eadd5bb2611c7a1c2cca4b35cd72', 'user', '5a7183967a03502393ab9baac6ed00a2', '63b558d4747693396491eccf662f6b25'),
	('518749f2b88b3d4a3e9476b0fd3304e4', 'project', '1e0bcce855d8fc115f2854d35cd629c7', 'user', '324809b2bb0f850eb0288be3673fcf3f', '63b558d4747693396491eccf662f6b25'),
	('76e46705abf9aa601c6c530481178ad9', 'project', '7d7aa56147483310a45177087aaf2ed5', 'user', '68684f4a253359a40f8bae50f15fdbf1', '63b558d4747693396491eccf662f6b25'),
	('76e46705abf9aa601c6c530481178ad9', 'project', '7d7aa56147483310a45177087aaf2ed5', 'group', '9c5b63b3b97a367131550ab5a4045705', '2753b99a993bf051c1db0143f9f5df20');
INSERT INTO public.user_account VALUES
	('633b9bd8e2715dd613796701de2007ad', 'default', 'admin', NULL, NULL, true, 'pbkdf2-sha512$210000$g5q0zQe8QW/gFlt3eCl6rA$9H/MQy+8W/u16gAb6PHZmUfPocGj3JsKb3trJUUAvYEkG+854RoL1SzKuqA84NB+QrwEaEYQ1bvujeqTCWmB4g', '1001b7e6c8186ba7389b1387a51a9c0d', '-infinity', '2026-11-29 20:52:28.378578+00'),
	('5a7183967a03502393ab9baac6ed00a2', 'edc03cad3852cbe8376636322540517d', 'alice', NULL, NULL, true, 'pbkdf2-sha512$210000$6/qg+MGE3RU+K3cszAn4KA$GDNABS4kx5URFxZQORbNkGN7NFLVm1rTw6Lpgn5OBFuFpSj2kRAkcuY/BfCaUmakfFksyUTwpAGn9hjJnL49gQ', '5859eadd5bb2611c7a1c2cca4b35cd72', '-infinity', '2026-11-29 20:52:28.664633+00'),
	('324809b2bb0f850eb0288be3673fcf3f', '518749f2b88b3d4a3e9476b0fd3304e4', 'bob', NULL, NULL, true, 'pbkdf2-sha512$210000$YK7xZ1rsAc2iYybHWHT/CA$kkQqBZokFTBJ9RL9BXJZOofde0NLItF1wuCPuUFYjxK7JKtY+kLhkNPiF+lVa1E1u+YHYq6zFT4NMj5gteWl6w', '1e0bcce855d8fc115f2854d35cd629c7', '-infinity', '2026-11-29 20:52:28.865638+00'),
	('68684f4a253359a40f8bae50f15fdbf1', '76e46705abf9aa601c6c530481178ad9', 'ann', NULL, 'ann@example.org', true, 'pbkdf2-sha512$210000$PrnnhR6xf6SiOR3SfJgBYQ$KGM2966YLdJ8MiSaA7iXhs4MSFq5WRymaCQlPwpjCF6ZdT5DhV2Hd9sEyiabS60APDaHBCF0f6jaXzzgb6w6yQ', NULL, '-infinity', '2026-11-29 20:52:32.024606+00');
INSERT INTO public.user_group VALUES
	('9c5b63b3b97a367131550ab5a4045705', '76e46705abf9aa601c6c530481178ad9', 'readers', '', '2026-11-29 20:52:32.031764+00');
SELECT pg_catalog.setval('public.member_event_event_id_seq', 7, true);
ALTER TABLE ONLY public.access_key
    ADD CONSTRAINT access_key_pkey PRIMARY KEY (access_key_id);
ALTER TABLE ONLY public.deleted_image
    ADD CONSTRAINT deleted_image_pkey PRIMARY KEY (image_id);
ALTER TABLE ONLY public.domain
    ADD CONSTRAINT domain_name_key UNIQUE (name);
ALTER TABLE ONLY public.domain
    ADD CONSTRAINT domain_pkey PRIMARY KEY (domain_id);
ALTER TABLE ONLY public.enterprise_project
    ADD CONSTRAINT enterprise_project_domain_id_name_key UNIQUE (domain_id, name);
ALTER TABLE ONLY public.enterprise_project
    ADD CONSTRAINT enterprise_project_enterprise_project_id_key UNIQUE (enterprise_project_id);
ALTER TABLE ONLY public.enterprise_project
    ADD CONSTRAINT enterprise_project_pkey PRIMARY KEY (domain_id, enterprise_project_id);
ALTER TABLE ONLY public.flyway_schema_history
    ADD CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank);
ALTER TABLE ONLY public.group_member
    ADD CONSTRAINT group_member_pkey PRIMARY KEY (group_id, user_id);
ALTER TABLE ONLY public.image_member
    ADD CONSTRAINT image_member_pkey PRIMARY KEY (image_id, member_id);
ALTER TABLE ONLY public.image
    ADD CONSTRAINT image_pkey PRIMARY KEY (image_id);
ALTER TABLE ONLY public.image_task
    ADD CONSTRAINT image_task_pkey PRIMARY KEY (image_id, task_id);
ALTER TABLE ONLY public.job_image
    ADD CONSTRAINT job_image_pkey PRIMARY KEY (image_id, job_id);
ALTER TABLE ONLY public.job_pair
    ADD CONSTRAINT job_pair_pkey PRIMARY KEY (image_id, job_id, member_id);
ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY public.key_fingerprint
    ADD CONSTRAINT key_fingerprint_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.member_event
    ADD CONSTRAINT member_event_pkey PRIMARY KEY (image_id, event_id);
ALTER TABLE ONLY public.project
    ADD CONSTRAINT project_domain_id_name_key UNIQUE (domain_id, name);
ALTER TABLE ONLY public.project
    ADD CONSTRAINT project_pkey PRIMARY KEY (project_id);
ALTER TABLE ONLY public.revoked_token
    ADD CONSTRAINT revoked_token_pkey PRIMARY KEY (audit_id);
ALTER TABLE ONLY public.role_grant
    ADD CONSTRAINT role_grant_pkey PRIMARY KEY (domain_id, scope_kind, scope_id, principal_kind, principal_id, role_id);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_pkey PRIMARY KEY (role_id);
ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT user_account_domain_id_name_key UNIQUE (domain_id, name);
ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT user_account_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.user_group
    ADD CONSTRAINT user_group_domain_id_name_key UNIQUE (domain_id, name);
ALTER TABLE ONLY public.user_group
    ADD CONSTRAINT user_group_pkey PRIMARY KEY (group_id);
CREATE INDEX access_key_by_user ON public.access_key USING btree (user_id, created_at);
CREATE INDEX deleted_image_with_blob ON public.deleted_image USING btree (deleted_at) WHERE (blob_key IS NOT NULL);
CREATE INDEX domain_by_account ON public.domain USING btree (account_user_id) WHERE (account_user_id IS NOT NULL);
CREATE INDEX flyway_schema_history_s_idx ON public.flyway_schema_history USING btree (success);
CREATE INDEX group_member_by_user ON public.group_member USING btree (user_id, group_id);
CREATE INDEX image_by_blob ON public.image USING btree (blob_key) WHERE (blob_key IS NOT NULL);
CREATE INDEX image_by_owner ON public.image USING btree (owner, created_at DESC, image_id DESC);
CREATE INDEX image_by_owner_name ON public.image USING btree (owner, name);
CREATE INDEX image_by_time ON public.image USING btree (created_at DESC, image_id DESC) WHERE (created_at > '-infinity'::timestamp with time zone);
CREATE INDEX image_by_visibility ON public.image USING btree (visibility, created_at DESC, image_id DESC) WHERE (visibility = ANY (ARRAY['public'::text, 'community'::text]));
CREATE INDEX image_member_by_member ON public.image_member USING btree (member_id, status, image_created_at DESC, image_id DESC);
CREATE INDEX image_member_in_order ON public.image_member USING btree (image_id, created_at, member_id);
CREATE UNIQUE INDEX job_by_key ON public.job USING btree (project_id, kind, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE INDEX job_ended ON public.job USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX job_image_of_job ON public.job_image USING btree (job_id, "position");
CREATE INDEX job_image_open ON public.job_image USING btree (job_id, "position") WHERE (done_at IS NULL);
CREATE INDEX job_open ON public.job USING btree (project_id, submitted_at, job_id) WHERE (ended_at IS NULL);
CREATE INDEX revoked_token_by_end ON public.revoked_token USING btree (expires_at);
CREATE UNIQUE INDEX role_display_name ON public.role USING btree (domain_id, display_name) WHERE (custom_number IS NOT NULL);
CREATE INDEX role_grant_by_principal ON public.role_grant USING btree (principal_id, principal_kind);
CREATE INDEX role_grant_by_role ON public.role_grant USING btree (role_id);
CREATE UNIQUE INDEX role_name ON public.role USING btree (COALESCE(domain_id, ''::text), name);
ALTER TABLE ONLY public.access_key
    ADD CONSTRAINT access_key_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.enterprise_project
    ADD CONSTRAINT enterprise_project_domain_id_fkey FOREIGN KEY (domain_id) REFERENCES public.domain(domain_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_member
    ADD CONSTRAINT group_member_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.user_group(group_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_member
    ADD CONSTRAINT group_member_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.image_member
    ADD CONSTRAINT image_member_image_id_fkey FOREIGN KEY (image_id) REFERENCES public.image(image_id);
ALTER TABLE ONLY public.image_task
    ADD CONSTRAINT image_task_image_id_fkey FOREIGN KEY (image_id) REFERENCES public.image(image_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.project
    ADD CONSTRAINT project_domain_id_fkey FOREIGN KEY (domain_id) REFERENCES public.domain(domain_id);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_domain_id_fkey FOREIGN KEY (domain_id) REFERENCES public.domain(domain_id);
ALTER TABLE ONLY public.role_grant
    ADD CONSTRAINT role_grant_domain_id_fkey FOREIGN KEY (domain_id) REFERENCES public.domain(domain_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.role_grant
    ADD CONSTRAINT role_grant_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.role(role_id);
ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT user_account_domain_id_fkey FOREIGN KEY (domain_id) REFERENCES public.domain(domain_id);
ALTER TABLE ONLY public.user_group
    ADD CONSTRAINT user_group_domain_id_fkey FOREIGN KEY (domain_id) REFERENCES public.domain(domain_id);

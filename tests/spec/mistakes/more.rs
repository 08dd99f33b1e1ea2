//! More mistakes of authors: what OpenAPI 3.1, Swagger 2, other tools and editors lead people to.

/// What the author did: what was there, and what is there now.
pub const MORE: &[(&str, &str, &str)] = &[
    // Answers and bodies.
    (
        "a success without content",
        "          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/BatchModifyDbPwdResp'",
        "          x-content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/BatchModifyDbPwdResp'",
    ),
    (
        "a schema without content, as in Swagger 2",
        "          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/BatchModifyDbPwdResp'",
        "          schema:\n            $ref: '#/components/schemas/BatchModifyDbPwdResp'\n          x-content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/BatchModifyDbPwdResp'",
    ),
    (
        "a parameter's type without schema, as in Swagger 2",
        "          schema:\n            type: string\n",
        "          type: string\n",
    ),
    (
        "a code with the letter O",
        "        '200':\n",
        "        '2OO':\n",
    ),
    ("a range of codes", "        '400':\n", "        '4XX':\n"),
    (
        "a media type of a page",
        "            application/json:\n",
        "            text/html:\n",
    ),
    // Types and formats.
    ("a format cut short", "format: int32", "format: int"),
    ("a format of Java's", "format: int32", "format: long"),
    (
        "a type with a letter left out",
        "          type: string\n          description: Name of",
        "          type: sting\n          description: Name of",
    ),
    (
        "a type with a capital",
        "    KerberosVO:\n      type: object",
        "    KerberosVO:\n      type: Object",
    ),
    (
        "a format as the type",
        "          type: string\n          description: Name of",
        "          type: int64\n          description: Name of",
    ),
    (
        "a type of a database",
        "          type: string\n          description: Name of",
        "          type: varchar\n          description: Name of",
    ),
    (
        "null as the type",
        "          type: string\n          description: Name of",
        "          type: 'null'\n          description: Name of",
    ),
    (
        "a list without items",
        "          items:\n            $ref: '#/components/schemas/ModifyPwdEndPoint'\n",
        "",
    ),
    (
        "items as a list",
        "          items:\n            $ref: '#/components/schemas/ModifyPwdEndPoint'\n",
        "          items:\n            - $ref: '#/components/schemas/ModifyPwdEndPoint'\n",
    ),
    (
        "an enum on one line without brackets",
        "      enum:\n        - so\n        - ta\n",
        "      enum: so, ta\n",
    ),
    (
        "a constant of OpenAPI 3.1",
        "          description: Name of",
        "          const: EXAMPLE.COM\n          description: Name of",
    ),
    (
        "a choice with null",
        "          $ref: '#/components/schemas/KerberosVO'",
        "          anyOf:\n            - $ref: '#/components/schemas/KerberosVO'\n            - type: 'null'",
    ),
    (
        "a reference in a list, for a description of its own",
        "          $ref: '#/components/schemas/KerberosVO'",
        "          description: For Kerberos.\n          allOf:\n            - $ref: '#/components/schemas/KerberosVO'",
    ),
    (
        "a description next to a reference",
        "          $ref: '#/components/schemas/KerberosVO'",
        "          $ref: '#/components/schemas/KerberosVO'\n          description: For Kerberos.",
    ),
    (
        "limits swapped",
        "          description: Name of",
        "          minLength: 64\n          maxLength: 1\n          description: Name of",
    ),
    (
        "a flag in quotes",
        "          nullable: true\n",
        "          nullable: 'true'\n",
    ),
    (
        "a default that is not a value",
        "default: en-us",
        "default: en",
    ),
    // References.
    (
        "a reference without the section",
        "'#/components/schemas/KerberosVO'",
        "'#/components/KerberosVO'",
    ),
    (
        "a reference to a section with a slip",
        "'#/components/schemas/KerberosVO'",
        "'#/components/schema/KerberosVO'",
    ),
    // Quotes.
    (
        "an id that is a number",
        "job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52",
        "job_id: 25000000",
    ),
    (
        "an id that is a number, of a parameter",
        "example: 054ba152d480d55b2f5dc0069e7ddef0",
        "example: 54152",
    ),
    (
        "an id that is a number with an exponent",
        "job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52",
        "job_id: 25e12",
    ),
    (
        "a truth value of other tools",
        "        - so\n        - ta\n",
        "        - on\n        - off\n",
    ),
    (
        "a property that other tools take for one",
        "        domain_name:\n",
        "        y:\n",
    ),
    (
        "a quote in a text in quotes",
        "description: Name of the Kerberos realm's domain.",
        "description: 'Name of the Kerberos realm's domain.'",
    ),
    (
        "a quote left open",
        "description: Name of the Kerberos realm's domain.",
        "description: \"Name of the Kerberos realm's domain.",
    ),
    (
        "a text that begins with a mark",
        "description: Name of the",
        "description: `domain_name` of the",
    ),
    // What nobody sees.
    (
        "a space of no width in a name",
        "        domain_name:\n",
        "        domain\u{200b}_name:\n",
    ),
    (
        "a space that breaks no line, to indent",
        "        domain_name:\n",
        "       \u{a0}domain_name:\n",
    ),
    (
        "a text that runs backwards",
        "description: Name of",
        "description: \u{202e}Name of",
    ),
    (
        "an invisible mark in a reference",
        "schemas/KerberosVO'",
        "schemas/\u{feff}KerberosVO'",
    ),
    (
        "a wide space in a value of an enum",
        "        - so\n",
        "        - s\u{3000}o\n",
    ),
    (
        "an escaped bell in a name",
        "        domain_name:\n",
        "        \"domain\\u0007name\":\n",
    ),
    (
        "a space at the end of a name",
        "        domain_name:\n",
        "        'domain_name ':\n",
    ),
    (
        "a conflict of git's",
        "  schemas:\n",
        "<<<<<<< HEAD\n  schemas:\n",
    ),
    // Paths, servers, security.
    (
        "a path without its slash",
        "  /v3/{project_id}/",
        "  v3/{project_id}/",
    ),
    ("a brace left open", "{project_id}/jobs", "{project_id/jobs"),
    (
        "a place with a slip",
        "          in: header\n",
        "          in: headers\n",
    ),
    (
        "a parameter of the path that may be left out",
        "          in: path\n          required: true\n",
        "          in: path\n",
    ),
    (
        "a list with commas in the query",
        "          in: header\n          required: false\n",
        "          in: query\n          explode: false\n",
    ),
    (
        "a security scheme with a slip",
        "  - XAuthToken: []",
        "  - XAuthTokn: []",
    ),
    (
        "a server without encryption",
        "url: https://drs.{region}",
        "url: http://drs.{region}",
    ),
    (
        "a description that says nothing",
        "description: Name of the Kerberos realm's domain.",
        "description: ''",
    ),
    (
        "a property outside `properties`",
        "        user_principal:\n",
        "      user_principal:\n",
    ),
    (
        "a required property that an example of an answer lacks",
        "    ModifyDbPwdResp:\n      type: object\n",
        "    ModifyDbPwdResp:\n      type: object\n      required:\n        - error_code\n",
    ),
];

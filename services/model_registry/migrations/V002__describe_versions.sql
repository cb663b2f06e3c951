-- What a version was fitted on and what it holds: the feature catalogue, once per hash, and the
-- models of the bundle as they describe themselves.

CREATE TABLE registry.catalogues (
    catalogue_hash text PRIMARY KEY,
    sport          text NOT NULL,
    revision       text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE registry.catalogue_features (
    catalogue_hash text NOT NULL REFERENCES registry.catalogues,
    position       integer NOT NULL,  -- of the column in a feature row
    name           text NOT NULL,
    meaning        text NOT NULL,
    unit           text NOT NULL,
    source         text NOT NULL,
    block          text NOT NULL,
    PRIMARY KEY (catalogue_hash, position),
    UNIQUE (catalogue_hash, name)
);

CREATE TABLE registry.version_models (
    model       text NOT NULL,
    version     integer NOT NULL,
    position    integer NOT NULL,  -- a model reads only those before it
    name        text NOT NULL,
    kind        text NOT NULL,
    serves      text NOT NULL,     -- the information set; empty for a model that others read
    anchored    boolean NOT NULL,  -- corrects the market line
    inputs      json NOT NULL,     -- names of features and of models before it
    weights     json NOT NULL,     -- of a pool: {"input": weight}
    description json,
    PRIMARY KEY (model, version, position),
    UNIQUE (model, version, name),
    FOREIGN KEY (model, version) REFERENCES registry.versions
);

-- Until now every bundle held up to two models, which its metrics name.
INSERT INTO registry.version_models
    (model, version, position, name, kind, serves, anchored, inputs, weights)
SELECT v.model, v.version, known.position, known.name, 'trees', known.name, known.anchored,
       '[]', '{}'
FROM registry.versions v
CROSS JOIN (VALUES (0, 'no_odds', false), (1, 'with_odds', true)) AS known (position, name, anchored)
WHERE EXISTS (SELECT 1 FROM registry.version_metrics m
              WHERE m.model = v.model AND m.version = v.version
                AND starts_with(m.key, known.name || '.'));

GRANT SELECT, INSERT ON registry.catalogues, registry.catalogue_features, registry.version_models
    TO fairline_registry;

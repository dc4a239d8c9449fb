-- Two terminals on one folder may index at once: the second finds what the first wrote. What is here already may be there
-- twice, and is made again by the next search.
DELETE FROM document;
INSERT INTO word (word) VALUES ('delete-all');
CREATE UNIQUE INDEX document_name ON document (name);
